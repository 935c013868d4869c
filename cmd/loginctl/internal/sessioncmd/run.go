package sessioncmd

import (
	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/pkg/login/session/redisstore"
	"github.com/loginctl/loginctl/pkg/login/session/sqlstore"
)

// script writes the statements for one store.
type script interface {
	List() string
	End(ids ...string) string
	EndAll(except string) string
}

// document is the output under --json.
type document struct {
	Schema    string `json:"schema"`
	Store     string `json:"store"`
	Statement string `json:"statement"`
}

func runList(env *terminal.Env, c *cli.Context) error {
	s, err := scriptFor(c)
	if err != nil {
		return err
	}
	show(env, c, "list", s.List())
	return nil
}

func runEnd(env *terminal.Env, c *cli.Context) error {
	s, err := scriptFor(c)
	if err != nil {
		return err
	}
	for _, id := range c.Args().Slice() {
		if id == "" {
			return outcome.Usage("the ID of a session is empty", seeList())
		}
	}
	show(env, c, "end", s.End(c.Args().Slice()...))
	return nil
}

func seeList() string { return "to see the IDs: " + outcome.Program() + " session list" }

func runEndAll(env *terminal.Env, c *cli.Context) error {
	s, err := scriptFor(c)
	if err != nil {
		return err
	}
	if c.Bool("cluster") {
		return outcome.Usage("a cluster of Redis cannot end all sessions in one command",
			seeList(), "then "+outcome.Program()+" session end --cluster with each of them")
	}
	if c.IsSet("except") && c.String("except") == "" {
		return outcome.Usage("the ID of --except is empty", seeList())
	}
	show(env, c, "end-all", s.EndAll(c.String("except")))
	return nil
}

// maxSubject is the length of a subject that every store has.
const maxSubject = 1024

func scriptFor(c *cli.Context) (script, error) {
	subject := c.String("subject")
	redis := c.String("for") == "redis"
	switch {
	case subject == "":
		return nil, outcome.Usage("no user is named", "name the sub of the tokens: --subject NAME")
	case len(subject) > maxSubject:
		return nil, outcome.Usage("--subject is too long for a session", "it has at most 1024 bytes")
	case c.String("for") == "":
		return nil, outcome.Usage("no store is named", "say where the sessions are: --for postgres, mysql, sqlite or redis")
	case !redis && (c.IsSet("prefix") || c.Bool("cluster")):
		return nil, outcome.Usage("--prefix and --cluster are for --for redis", "leave them out")
	case redis:
		return redisstore.Script{Subject: subject, Prefix: c.String("prefix"), Cluster: c.Bool("cluster")}, nil
	}
	dialect := map[string]sqlstore.Dialect{"postgres": sqlstore.PostgreSQL, "mysql": sqlstore.MySQL, "sqlite": sqlstore.SQLite}[c.String("for")]
	return sqlstore.Script{Dialect: dialect, Subject: subject}, nil
}

func show(env *terminal.Env, c *cli.Context, command, statement string) {
	if env.JSON {
		env.WriteJSON(document{"loginctl.session-" + command + "/1", c.String("for"), statement})
		return
	}
	env.Result.WriteString(statement)
}
