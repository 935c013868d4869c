package stores

import (
	"bytes"
	"context"
	"net"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"

	"github.com/loginctl/loginctl/pkg/login/session"
)

// The statements of loginctl session, given to the clients of the servers, do what the
// stores do.

func TestPostgresOperator(t *testing.T) {
	operate(t, openPostgres(t, "PostgreSQL", ""), "postgres", nil, "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", address(t, "POSTGRES"))
}

func TestMariaDBOperator(t *testing.T) {
	c, err := mysql.ParseDSN(address(t, "MARIADB"))
	if err != nil {
		t.Fatal(err)
	}
	host, port, err := net.SplitHostPort(c.Addr)
	if err != nil {
		t.Fatal(err)
	}
	operate(t, openMariaDB(t, "MariaDB", ""), "mysql", nil, "mysql", "--no-defaults", "-h", host, "-P", port, "-u", c.User, "-p"+c.Passwd, c.DBName)
}

func TestRedisOperator(t *testing.T) {
	host, port, err := net.SplitHostPort(address(t, "REDIS"))
	if err != nil {
		t.Fatal(err)
	}
	e := openRedis(t)
	operate(t, e, "redis", []string{"--prefix", e.prefix()}, "redis-cli", "-h", host, "-p", port)
}

// The two keys of the sessions and of the log are in two slots.
func TestRedisClusterOperator(t *testing.T) {
	host, port, err := net.SplitHostPort(address(t, "CLUSTER"))
	if err != nil {
		t.Fatal(err)
	}
	e := openCluster(t)
	operate(t, e, "redis", []string{"--prefix", e.prefix(), "--cluster"}, "redis-cli", "-c", "-h", host, "-p", port)
}

// operator is a person with loginctl and the client of a store.
type operator struct {
	t        *testing.T
	loginctl string
	store    []string // flags
	client   []string
	subject  string
}

func operate(t *testing.T, e *engine, name string, flags []string, client ...string) {
	if _, err := exec.LookPath(client[0]); err != nil {
		t.Skipf("%s is not installed", client[0])
	}
	o := &operator{t: t, loginctl: filepath.Join(t.TempDir(), "loginctl"), store: append(flags, "--for", name), client: client}
	build := exec.Command("go", "build", "-o", o.loginctl, "./cmd/loginctl")
	build.Dir = filepath.Join("..", "..")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	store, err := e.open()
	if err != nil {
		t.Fatal(err)
	}
	for _, subject := range []string{
		"ada",
		`'; DROP TABLE login_sessions; --`,
		`\'; DELETE FROM login_sessions; -- \`,
		"\" FLUSHALL\r\nFLUSHALL\n\\! touch x\n.shell touch x\n\x1b[2J",
		"$(touch x)`touch x`%s€" + strings.Repeat("'", 900),
	} {
		o.subject = subject
		o.check(store, e.name)
	}
}

// run gives the statement of a command to the client, and returns its output.
func (o *operator) run(command string, args ...string) string {
	o.t.Helper()
	line := append([]string{"session", command, "--subject=" + o.subject}, o.store...)
	out, err := exec.Command(o.loginctl, append(append(line, "--"), args...)...).Output()
	if err != nil {
		o.t.Fatalf("loginctl session %s %q: %v", command, args, err)
	}
	client := exec.Command(o.client[0], o.client[1:]...)
	client.Stdin = bytes.NewReader(out)
	answer, err := client.CombinedOutput()
	if err != nil || bytes.Contains(answer, []byte("ERR")) {
		o.t.Fatalf("%s: %v\n%s", o.client[0], err, answer)
	}
	return string(answer)
}

// device has everything that a terminal or a client could take for a command.
const device = "Ada’s \x1b[31mphone\n\"'; DROP TABLE login_sessions; --"

func (o *operator) check(store session.Store, engine string) {
	t, ctx := o.t, context.Background()
	now := time.Now()
	create := func(subject, id string) string {
		rec := session.Record{Subject: subject, ID: id, Device: device, Created: now, Rotated: now, Idle: time.Hour, IdleUntil: now.Add(time.Hour), Until: now.Add(time.Hour)}
		if err := store.Create(ctx, rec, now); err != nil {
			t.Fatal(err)
		}
		return id
	}
	run := strings.TrimSuffix(newPrefix(), ":")
	other := create("bystander", "other-"+run)
	var ids []string
	for _, id := range []string{"-a-", "b-", "c-", "d-"} {
		ids = append(ids, create(o.subject, id+run))
	}
	list := o.run("list")
	for _, id := range ids {
		if !strings.Contains(list, id) {
			t.Errorf("%s: the list of %q lacks %s:\n%s", engine, o.subject, id, list)
		}
	}
	if strings.Contains(list, other) || strings.Contains(list, "\x1b") || !strings.Contains(list, `[31mphone`) {
		t.Errorf("%s: the list of %q is %q", engine, o.subject, list)
	}
	if day := now.UTC().Format("2006-01-02"); !strings.Contains(list, day) {
		t.Errorf("%s: the list lacks the day %s: %s", engine, day, list)
	}
	o.run("end", ids[0], other)
	want := ids[1:]
	o.live(store, want, engine)
	if slices.Contains(o.store, "--cluster") {
		o.run("end", want...)
	} else {
		o.exceptLast(store, want, engine)
	}
	o.live(store, nil, engine)
	o.bystander(store, other, engine)
	o.noted(store, ids, engine)
}

// exceptLast ends all sessions but one, and then that one.
func (o *operator) exceptLast(store session.Store, ids []string, engine string) {
	o.t.Helper()
	kept := ids[len(ids)-1]
	line := o.store
	o.store = append(slices.Clone(line), "--except="+kept)
	o.run("end-all")
	o.store = line
	o.live(store, []string{kept}, engine)
	o.run("end-all")
}

// live checks which sessions are live.
func (o *operator) live(store session.Store, want []string, engine string) {
	o.t.Helper()
	list, err := store.List(context.Background(), o.subject, time.Now())
	if err != nil {
		o.t.Fatal(err)
	}
	var got []string
	for _, rec := range list {
		got = append(got, rec.ID)
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		o.t.Errorf("%s: the live sessions of %q are %q, want %q", engine, o.subject, got, want)
	}
}

func (o *operator) bystander(store session.Store, id, engine string) {
	o.t.Helper()
	now := time.Now()
	_, outcome, err := store.Rotate(context.Background(), session.Rotation{Subject: "bystander", ID: id, Now: now})
	if err != nil || outcome != session.Rotated {
		o.t.Errorf("%s: the session of another user is %v after that, %v", engine, outcome, err)
	}
}

// noted checks that feeds see the ends.
func (o *operator) noted(store session.Store, ids []string, engine string) {
	o.t.Helper()
	list, _, err := store.Since(context.Background(), time.Now().Add(-time.Minute))
	if err != nil {
		o.t.Fatal(err)
	}
	for _, id := range ids {
		if !slices.ContainsFunc(list, func(r session.Revocation) bool {
			return r.Kind == session.RevokedSession && r.ID == id && r.Issuer == "" && r.Until.After(time.Now().Add(time.Hour))
		}) {
			o.t.Errorf("%s: the end of %s is not in the log", engine, id)
		}
	}
}
