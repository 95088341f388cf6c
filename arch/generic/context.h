// The goroutine switch on Boost.Context, and where it leaves the registers of a goroutine that does not run.
//
// A saved context is a pointer to what jump_fcontext pushed (amd64): mxcsr and x87 control word, r12, r13, r14, r15,
// rbx, rbp, rip. Not saved: signal mask, other vector state (caller-saved), thread-locals, errno.
#pragma once
#include <boost/context/detail/fcontext.hpp>
#include <cstddef>
#include <cstdint>

namespace gort::rt {

using fctx = boost::context::detail::fcontext_t;
using boost::context::detail::jump_fcontext;
using boost::context::detail::make_fcontext;
using boost::context::detail::transfer_t;

// saved_regs reads the registers out of a saved context: what an unwinder needs to walk a parked goroutine.
struct saved_regs {
  uint64_t r12, r13, r14, r15, rbx, rbp, rip, rsp;
};
inline constexpr size_t kContextSize = 64;  // bytes pushed: the stack pointer was above them

inline saved_regs read_context(const void* ctx) {
  const auto* w = static_cast<const uint64_t*>(ctx);
  return {w[1], w[2], w[3], w[4], w[5], w[6], w[7], reinterpret_cast<uint64_t>(w) + kContextSize};
}

}  // namespace gort::rt
