// Command launch runs a command with its output thrown away and prints its
// cost as JSON. It is a separate program because Linux counts the memory of
// the process that forks towards the peak of the process that is started, so the
// launcher of a small program must be small.
//
// Usage: launch STDIN-FILE COMMAND [ARGUMENT ...]
package main

import (
	"fmt"
	"os"
	"syscall"
	"time"
)

func main() {
	in, err := os.Open(os.Args[1])
	check(err)
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	check(err)
	start := time.Now()
	pid, err := syscall.ForkExec(os.Args[2], os.Args[2:], &syscall.ProcAttr{
		Env:   os.Environ(),
		Files: []uintptr{in.Fd(), null.Fd(), null.Fd()},
	})
	check(err)
	var status syscall.WaitStatus
	var usage syscall.Rusage
	for err = syscall.EINTR; err == syscall.EINTR; {
		_, err = syscall.Wait4(pid, &status, 0, &usage)
	}
	check(err)
	fmt.Printf(`{"exit":%d,"cpu":%d,"wall":%d,"rss":%d}`,
		status.ExitStatus(), usage.Utime.Nano()+usage.Stime.Nano(), time.Since(start).Nanoseconds(), usage.Maxrss<<10)
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
