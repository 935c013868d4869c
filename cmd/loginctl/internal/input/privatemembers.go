package input

// PrivateMembers are the members of a JWK that are never published (RFC 7518 section 6).
var PrivateMembers = []string{"d", "p", "q", "dp", "dq", "qi", "oth", "k"}
