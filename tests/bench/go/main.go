// The Go twin of gort's benchmarks: the same rows under the same names, and the same command line (see ../rows.h). `echo PORT` is an echo server.
package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

type row struct {
	name, unit string
	run        func() float64
}

var suites = [][]row{
	chanRows, contextRows, deferRows, growRows, panicRows, parkedRows, sieveRows, skynetRows, spawnRows, stackRows, syncRows, syscallRows, timerRows,
	yieldRows,
}

func called(name string) bool {
	for _, suite := range suites {
		for _, r := range suite {
			if r.name == name {
				return true
			}
		}
	}
	return false
}

func wanted(name string) bool {
	for _, part := range os.Args[1:] {
		if name == part || !called(part) && strings.Contains(name, part) {
			return true
		}
	}
	return len(os.Args) == 1
}

func main() {
	if len(os.Args) == 3 && os.Args[1] == "echo" {
		echo("127.0.0.1:" + os.Args[2])
		return
	}
	list := len(os.Args) == 2 && os.Args[1] == "-l"
	for _, suite := range suites {
		for _, r := range suite {
			if list {
				fmt.Println(r.name)
			} else if wanted(r.name) {
				fmt.Printf("RESULT\t%s\t%.6g\t%s\n", r.name, r.run(), r.unit)
			}
		}
	}
}

func nsPer(start time.Time, n int) float64 {
	return float64(time.Since(start).Nanoseconds()) / float64(n)
}

// status returns a figure of /proc/self/status in kB: VmRSS, VmHWM.
func status(key string) float64 {
	text, _ := os.ReadFile("/proc/self/status")
	for _, line := range strings.Split(string(text), "\n") {
		if rest, found := strings.CutPrefix(line, key+":"); found {
			v, _ := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return v
		}
	}
	return 0
}

// cpuTime returns the processor time that the process has used.
func cpuTime() time.Duration {
	var ru syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &ru)
	return time.Duration(ru.Utime.Nano() + ru.Stime.Nano())
}

var sink int
