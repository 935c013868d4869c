// Package sessioncmd has the commands session, which print statements about the sessions
// of a user for the client of the store.
package sessioncmd

import (
	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
)

// Command makes the group session.
func Command(env *terminal.Env) *cli.Command {
	return &cli.Command{
		Name:  "session",
		Usage: "print statements that list and end the sessions of a user",
		UsageText: `
			session list --subject ada --for postgres | psql app
			session end --subject ada --for mysql SID | mysql app
			session end-all --subject ada --for sqlite | sqlite3 app.db
			session end-all --subject ada --for redis | redis-cli`,
		Subcommands: []*cli.Command{listCommand(env), endCommand(env), endAllCommand(env)},
	}
}

// about is the part of the descriptions that the commands share.
const about = `
	The command connects to no server: it prints the statement, to be read and to be given to
	psql, mysql, sqlite3 or redis-cli. Names in it are in hexadecimal or quoted, so that
	a name cannot change the statement.`

func listCommand(env *terminal.Env) *cli.Command {
	return &cli.Command{
		Name:      "list",
		Usage:     "print the statement that lists the sessions of a user",
		ArgsUsage: "",
		UsageText: `
			session list --subject ada --for postgres | psql app
			session list --subject ada --for redis | redis-cli`,
		Description: `
			It shows the live sessions with the ID, which is the sid in their tokens, the
			device, the times of the login and of the last refresh, and the time when the
			session expires.
			` + about,
		Flags:  storeFlags(),
		Action: cmdline.Action(env, runList),
	}
}

func endCommand(env *terminal.Env) *cli.Command {
	return &cli.Command{
		Name:      "end",
		Usage:     "print the statement that ends sessions of a user",
		ArgsUsage: "SID...",
		UsageText: `
			session end --subject ada --for postgres SID | psql app
			session end --subject ada --for redis --cluster SID | redis-cli -c`,
		Description: `
			SID is the ID that session list shows. It shows the sessions that it has ended.
			Their refresh tokens are refused from then on, and their access tokens as soon as
			each replica has read it, which takes the Every of its feed.

			In a cluster of Redis, --cluster prints two commands, since sessions and log are
			in two slots.
			` + about,
		Flags:  storeFlags(),
		Action: cmdline.Action(env, runEnd),
	}
}

func endAllCommand(env *terminal.Env) *cli.Command {
	return &cli.Command{
		Name:      "end-all",
		Usage:     "print the statement that ends all sessions of a user",
		ArgsUsage: "",
		UsageText: `
			session end-all --subject ada --for postgres | psql app
			session end-all --subject ada --for mysql --except SID | mysql app`,
		Description: `
			It shows the sessions that it has ended. Do this for every user after a database
			was restored from a copy, because sessions that were ended since live again. A
			cluster of Redis needs session list, and session end with each ID.
			` + about,
		Flags: append(storeFlags(),
			&cli.StringFlag{Name: "except", Usage: "`SID` a session that stays"}),
		Action: cmdline.Action(env, runEndAll),
	}
}

func storeFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "subject", Usage: "`NAME` the user, as in the sub of the tokens"},
		cmdline.Choice("for", "", "`STORE` the client that the statement is for", "postgres", "mysql", "sqlite", "redis"),
		&cli.StringFlag{Name: "prefix", Usage: "`TEXT` the beginning of the keys of Redis (default login:)"},
		&cli.BoolFlag{Name: "cluster", Usage: "the Redis is a cluster"},
	}
}
