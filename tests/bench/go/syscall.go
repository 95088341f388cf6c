package main

import (
	"syscall"
	"time"
)

const syscalls = 5000000

func syscallGetppid() float64 {
	t := time.Now()
	for i := 0; i < syscalls; i++ {
		sink += syscall.Getppid()
	}
	return nsPer(t, syscalls)
}

func syscallEntered() float64 {
	t := time.Now()
	for i := 0; i < syscalls; i++ {
		id, _, _ := syscall.Syscall(syscall.SYS_GETPPID, 0, 0, 0)
		sink += int(id)
	}
	return nsPer(t, syscalls)
}

func rawsyscallGetppid() float64 {
	t := time.Now()
	for i := 0; i < syscalls; i++ {
		id, _, _ := syscall.RawSyscall(syscall.SYS_GETPPID, 0, 0, 0)
		sink += int(id)
	}
	return nsPer(t, syscalls)
}

func timeNow() float64 {
	t := time.Now()
	for i := 0; i < syscalls; i++ {
		sink += time.Now().Nanosecond()
	}
	return nsPer(t, syscalls)
}

var syscallRows = []row{
	{"syscall_getppid", "ns", syscallGetppid},
	{"syscall_entered", "ns", syscallEntered},
	{"rawsyscall_getppid", "ns", rawsyscallGetppid},
	{"time_Now", "ns", timeNow},
}
