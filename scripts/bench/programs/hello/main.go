// Command hello is the least a Go program can cost.
package main

import "os"

func main() { os.Stdout.WriteString("hello\n") }
