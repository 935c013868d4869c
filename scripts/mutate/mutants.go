package main

// mutants is every security check, taken away one at a time.
var mutants = []mutant{}
