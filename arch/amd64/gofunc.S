// Function frames on amd64: gort_gofunc with deferreturn inside it, gort_calldefer, gort_recovery, gort_unwind_from,
// gort_gostart.
//
// Not saved anywhere here: mxcsr, the x87 control word, vector registers (all caller-saved or the goroutine switch's business).
// Offsets stand in gort/arch/frame.h and are checked there by static_assert.

#define FRAME_LINK 0
#define FRAME_DEFERS 8
#define FRAME_RUNNING 16
#define FRAME_COLD 24
#define FRAME_THUNK 32
#define FRAME_FREE 40
#define FRAME_STORAGE 48
#define FRAME_SIZE 216
#define FRAME_TO_RBP 256
#define SAVED_RBX -8
#define SAVED_R12 -16
#define SAVED_R13 -24
#define SAVED_R14 -32
#define SAVED_R15 -40
#define SETPOINT_ROOM 48
#define DEFER_LINK 0
#define DEFER_FN 8
#define DEFER_DESTROY 16
#define DEFER_CLOSURE 32
#define G_FRAME 0
#define DWARF_RBX 3
#define DWARF_RBP 6
#define DWARF_RSP 7
#define DWARF_R12 12
#define DWARF_R13 13
#define DWARF_R14 14
#define DWARF_R15 15
#define DWARF_RIP 16

        .text

// void gort_gofunc(void* closure, void (*body)(void*)): see gort/arch/frame.h for the layout.
// While the body or a deferred call runs: rsp = funcframe, rbp = funcframe + FRAME_TO_RBP, r12 = g.
        .globl  gort_gofunc
        .type   gort_gofunc, @function
        .p2align 5
gort_gofunc:
        .cfi_startproc
        .cfi_personality 0x9b, DW.ref.gort_func_personality
        pushq   %rbp
        .cfi_def_cfa_offset 16
        .cfi_offset rbp, -16
        movq    %rsp, %rbp
        .cfi_def_cfa_register rbp
        pushq   %rbx
        .cfi_offset rbx, -24
        pushq   %r12
        .cfi_offset r12, -32
        pushq   %r13
        .cfi_offset r13, -40
        pushq   %r14
        .cfi_offset r14, -48
        pushq   %r15
        .cfi_offset r15, -56
        subq    $FRAME_SIZE, %rsp
        movq    gort_tls_g@gottpoff(%rip), %rax
        movq    %fs:(%rax), %r12
        testq   %r12, %r12
        jz      .Lforeign
.Lenter:
        movq    G_FRAME(%r12), %rax
        movq    %rax, FRAME_LINK(%rsp)
        xorl    %eax, %eax
        movq    %rax, FRAME_DEFERS(%rsp)
        movq    %rax, FRAME_RUNNING(%rsp)
        movq    %rax, FRAME_COLD(%rsp)
        movq    %rax, FRAME_THUNK(%rsp)
        leaq    FRAME_STORAGE(%rsp), %rax
        movq    %rax, FRAME_FREE(%rsp)
        movq    %rsp, G_FRAME(%r12)
        call    *%rsi
        .globl  gort_gofunc_ret
        .hidden gort_gofunc_ret
gort_gofunc_ret:
        movq    gort_poison_dead_stack@GOTPCREL(%rip), %rax
        testb   $1, (%rax)
        jnz     .Lpoison
// deferreturn: run the pending deferred calls, newest first. Recovery continues here.
.Ldeferreturn:
        movq    FRAME_DEFERS(%rsp), %rbx
        testq   %rbx, %rbx
        jz      .Lreturn
.Lcall:
        movq    DEFER_LINK(%rbx), %rax
        movq    %rax, FRAME_DEFERS(%rsp)
        movq    FRAME_RUNNING(%rsp), %rax
        movq    %rax, DEFER_LINK(%rbx)
        movq    %rbx, FRAME_RUNNING(%rsp)
        leaq    DEFER_CLOSURE(%rbx), %rdi
        call    *DEFER_FN(%rbx)
        .globl  gort_deferreturn_ret
        .hidden gort_deferreturn_ret
gort_deferreturn_ret:
        movq    DEFER_LINK(%rbx), %rax
        movq    %rax, FRAME_RUNNING(%rsp)
        cmpq    $0, DEFER_DESTROY(%rbx)
        jne     .Ldestroy
.Lnext:
        movq    FRAME_DEFERS(%rsp), %rbx
        testq   %rbx, %rbx
        jnz     .Lcall
.Lreturn:
        cmpq    $0, FRAME_COLD(%rsp)
        jne     .Lcold
.Lleave:
        movq    FRAME_LINK(%rsp), %rax
        movq    %rax, G_FRAME(%r12)
        movq    SAVED_RBX(%rbp), %rbx           // the others are the caller's again: nothing here changes them
        movq    SAVED_R12(%rbp), %r12
        leave
        .cfi_remember_state
        .cfi_def_cfa rsp, 8
        ret
        .cfi_restore_state
.Ldestroy:
        movq    %rbx, %rdi
        call    gort_defer_done
        jmp     .Lnext
.Lcold:
        movq    %rsp, %rdi
        call    gort_cold_done
        jmp     .Lleave
.Lforeign:
        movq    %rdi, %rbx
        movq    %rsi, FRAME_LINK(%rsp)
        call    gort_getg_thread
        movq    %rax, %r12
        movq    %rbx, %rdi
        movq    FRAME_LINK(%rsp), %rsi
        jmp     .Lenter
// Overwrite what the body left below the frame, so that a deferred call which refers to a dead local reads 0xdb bytes.
.Lpoison:
        leaq    -2048(%rsp), %rdi
        movl    $2048/8, %ecx
        movabsq $0xdbdbdbdbdbdbdbdb, %rax
        cld
        rep stosq
        jmp     .Ldeferreturn

// [[noreturn]] void gort_recovery(funcframe*, g*): abandon every newer frame and return from gort_gofunc as after a normal
// return of the body: the frame's remaining deferred calls run, then its caller's registers are restored.
        .globl  gort_recovery
        .hidden gort_recovery
gort_recovery:
        movq    %rdi, %rsp
        leaq    FRAME_TO_RBP(%rdi), %rbp
        movq    %rsi, %r12
        movq    SAVED_R13(%rbp), %r13
        movq    SAVED_R14(%rbp), %r14
        movq    SAVED_R15(%rbp), %r15
        jmp     .Ldeferreturn
        .globl  gort_gofunc_end
        .hidden gort_gofunc_end
gort_gofunc_end:
        .cfi_endproc
        .size   gort_gofunc, .-gort_gofunc

// void gort_calldefer(void* closure, void (*fn)(void*), uintptr_t* callsp): call fn(closure) for a panic; the stack pointer of the
// call goes to *callsp, which is how recover knows the function that the panic called directly. The closure's address
// stands below the saved rbp, where traces find the record.
        .globl  gort_calldefer
        .hidden gort_calldefer
        .type   gort_calldefer, @function
gort_calldefer:
        .cfi_startproc
        .cfi_personality 0x9b, DW.ref.gort_calldefer_personality
        pushq   %rbp
        .cfi_def_cfa_offset 16
        .cfi_offset rbp, -16
        movq    %rsp, %rbp
        .cfi_def_cfa_register rbp
        pushq   %rdi
        pushq   %rdi
        movq    %rsp, (%rdx)
        call    *%rsi
        .globl  gort_calldefer_ret
        .hidden gort_calldefer_ret
gort_calldefer_ret:
        leave
        .cfi_def_cfa rsp, 8
        ret
        .cfi_endproc
        .size   gort_calldefer, .-gort_calldefer

// void gort_setpoint(savepoint* sp /*rdi*/, void (*fn)(void*) /*rsi*/, void* arg /*rdx*/): call fn(arg), never to return from it
// normally; gort_resumepoint(sp, fn, arg) abandons newer frames and calls fn(arg) again from the same place.
// savepoint is one word: the frame pointer. Goexit is built on it. The callee-saved registers are kept here: the
// destructors of its callers may still run when it has been resumed.
        .globl  gort_setpoint
        .hidden gort_setpoint
        .type   gort_setpoint, @function
gort_setpoint:
        .cfi_startproc
        pushq   %rbp
        .cfi_def_cfa_offset 16
        .cfi_offset rbp, -16
        movq    %rsp, %rbp
        .cfi_def_cfa_register rbp
        pushq   %rbx
        .cfi_offset rbx, -24
        pushq   %r12
        .cfi_offset r12, -32
        pushq   %r13
        .cfi_offset r13, -40
        pushq   %r14
        .cfi_offset r14, -48
        pushq   %r15
        .cfi_offset r15, -56
        subq    $SETPOINT_ROOM-40, %rsp
        movq    %rbp, (%rdi)
.Lpoint:
        movq    %rdx, %rdi
        call    *%rsi
        .globl  gort_setpoint_ret
        .hidden gort_setpoint_ret
gort_setpoint_ret:
        ud2
        .globl  gort_resumepoint
        .hidden gort_resumepoint
gort_resumepoint:
        movq    (%rdi), %rbp
        leaq    -SETPOINT_ROOM(%rbp), %rsp
        jmp     .Lpoint
        .cfi_endproc
        .size   gort_setpoint, .-gort_setpoint

// [[noreturn]] void gort_unwind_from(const uint64_t* regs, void* arg): abandon every frame that is newer than the one whose
// registers (in DWARF numbering) regs holds, and go on as if that one had called gort_unwind_on(arg).
        .globl  gort_unwind_from
        .hidden gort_unwind_from
        .type   gort_unwind_from, @function
gort_unwind_from:
        .cfi_startproc
        .cfi_undefined rip
        movq    8*DWARF_RBX(%rdi), %rbx
        movq    8*DWARF_RBP(%rdi), %rbp
        movq    8*DWARF_R12(%rdi), %r12
        movq    8*DWARF_R13(%rdi), %r13
        movq    8*DWARF_R14(%rdi), %r14
        movq    8*DWARF_R15(%rdi), %r15
        movq    8*DWARF_RIP(%rdi), %rax
        movq    8*DWARF_RSP(%rdi), %rsp
        movq    %rsi, %rdi
        pushq   %rax
        jmp     gort_unwind_on
        .cfi_endproc
        .size   gort_unwind_from, .-gort_unwind_from

// gort_gostart: the outermost frame of every goroutine. The first switch to a goroutine arrives here with an empty stack (rsp is a multiple
// of 16). gort_gostart1 finishes the switch and returns the function (rax) and its closure (rdx). gort_gostart_code is the address for
// whoever needs it as a constant.
        .globl  gort_gostart
        .hidden gort_gostart
        .type   gort_gostart, @function
        .globl  gort_gostart_code
        .hidden gort_gostart_code
gort_gostart_code:
gort_gostart:
        .cfi_startproc
        .cfi_personality 0x9b, DW.ref.gort_goroutine_personality
        .cfi_undefined rip
        .cfi_def_cfa_offset 0
        subq    $16, %rsp
        .cfi_def_cfa_offset 16
        call    gort_gostart1
        movq    %rdx, %rdi
        call    *%rax
        .globl  gort_goexit_ret
        .hidden gort_goexit_ret
gort_goexit_ret:
        nop
        call    gort_goexit0
        ud2
        .cfi_endproc
        .size   gort_gostart, .-gort_gostart

// gort_sigpanic: the signal handler makes a fault look like a call to this function from the faulting instruction. It has moved rsp
// 144 bytes down (the red zone and a pad: rsp of the fault is the CFA) and stored the faulting pc there; all other registers have the faulting
// values. They are saved and described, so that whoever walks the stack finds the faulting frame as it was, arguments in registers included.
        .globl  gort_sigpanic
        .hidden gort_sigpanic
        .type   gort_sigpanic, @function
        .cfi_startproc
        .cfi_signal_frame
        .cfi_def_cfa rsp, 144
        .cfi_offset rip, -144
        nop
gort_sigpanic:
        pushq   %rbp
        .cfi_def_cfa_offset 152
        .cfi_offset rbp, -152
        movq    %rsp, %rbp
        .cfi_def_cfa rbp, 152
        .macro  save reg, offset
        pushq   %\reg
        .cfi_offset \reg, \offset
        .endm
        save    rax, -160
        save    rdx, -168
        save    rcx, -176
        save    rbx, -184
        save    rsi, -192
        save    rdi, -200
        save    r8, -208
        save    r9, -216
        save    r10, -224
        save    r11, -232
        save    r12, -240
        save    r13, -248
        save    r14, -256
        save    r15, -264
        .purgem save
        andq    $-16, %rsp
        call    gort_sigpanic1
        .globl  gort_sigpanic_ret
        .hidden gort_sigpanic_ret
gort_sigpanic_ret:
        ud2
        .cfi_endproc
        .size   gort_sigpanic, .-gort_sigpanic

// The note by which a debugger finds gort_debug_info (runtime/debuginfo.h). It stands here because the compiler may not see this file:
// optimising at link time, it would drop a name that only assembly knows.
        .pushsection .note.gort, "a", @note
        .balign 4
        .long   5, 8, 1
        .asciz  "gort"
        .balign 4
1:      .quad   gort_debug_info_here - 1b
        .popsection

// References to the personality routines, position independent.
        .macro  personality_ref name
        .hidden DW.ref.\name
        .weak   DW.ref.\name
        .section .data.rel.local.DW.ref.\name,"awG",@progbits,DW.ref.\name,comdat
        .align  8
        .type   DW.ref.\name, @object
        .size   DW.ref.\name, 8
DW.ref.\name:
        .quad   \name
        .endm
        personality_ref gort_func_personality
        personality_ref gort_calldefer_personality
        personality_ref gort_goroutine_personality

// void func(void (*body)()): a plain function as the body.
        .text
        .globl  _ZN4gort4funcEPFvvE
        .type   _ZN4gort4funcEPFvvE, @function
_ZN4gort4funcEPFvvE:
        .cfi_startproc
        movq    %rdi, %rsi
        jmp     gort_gofunc
        .cfi_endproc
        .size   _ZN4gort4funcEPFvvE, .-_ZN4gort4funcEPFvvE

// any recover(int, const char*): passes the caller's registers on to gort_recover1, which finds out who the caller is.
        .text
        .globl  _ZN4gort7recoverEiPKc
        .type   _ZN4gort7recoverEiPKc, @function
_ZN4gort7recoverEiPKc:
        .cfi_startproc
        movq    (%rsp), %rsi
        leaq    8(%rsp), %rdx
        movq    %rbp, %rcx
        jmp     gort_recover1
        .cfi_endproc
        .size   _ZN4gort7recoverEiPKc, .-_ZN4gort7recoverEiPKc

// long gort_write(int fd, const void* p, size_t n, long nr): the system call nr, from a place of its own. See sink.h.
        .globl  gort_write, gort_write_done
        .hidden gort_write, gort_write_done
        .type   gort_write, @function
gort_write:
        .cfi_startproc
        movq    %rcx, %rax
        syscall
gort_write_done:
        ret
        .cfi_endproc
        .size   gort_write, .-gort_write

        .section .note.GNU-stack,"",@progbits
