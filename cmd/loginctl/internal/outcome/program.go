package outcome

const Program = "loginctl"
