package outcome

// Program is the program's name in messages and in the commands that they suggest.
const Program = "loginctl"
