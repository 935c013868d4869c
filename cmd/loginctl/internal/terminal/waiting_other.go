//go:build !linux

package terminal

import "os"

// writesNowhere is not known here.
func writesNowhere(*os.File) bool { return false }

// waiting is not known here: a pipe that a command does not read is not mentioned.
func waiting(*os.File) int { return 0 }
