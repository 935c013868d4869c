package main

const program = "loginctl"
