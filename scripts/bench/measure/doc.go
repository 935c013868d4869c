// Package measure times rows of operations side by side: every round visits
// every row once, in a new order, and the medians over the rounds are what is
// compared. So a slow minute of the machine falls on all rows alike.
package measure
