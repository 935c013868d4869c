package cmdline

import (
	"strings"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
)

// SystemdVerbs are the commands of systemd's loginctl.
const SystemdVerbs = " list-sessions session-status show-session activate lock-session lock-sessions" +
	" unlock-session unlock-sessions terminate-session kill-session list-users user-status show-user" +
	" enable-linger disable-linger terminate-user kill-user list-seats seat-status show-seat attach" +
	" flush-devices terminate-seat "

func systemdVerb(word string) bool {
	return word != "" && strings.Contains(SystemdVerbs, " "+word+" ")
}

func systemdError(verb string) error {
	return outcome.Usage(verb+" is a command of systemd's loginctl; this one is the JWT and key toolkit",
		"systemd's is usually /usr/bin/loginctl: /usr/bin/loginctl "+verb)
}
