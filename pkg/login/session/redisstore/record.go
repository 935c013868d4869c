package redisstore

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/loginctl/loginctl/pkg/login/session"
)

// A session is stored as eight numbers and a JSON object, with a space after each
// number: generation, created, rotated, late, idle, idle end, end, and 1 if it has
// ended. Times are in milliseconds. The scripts change the numbers, and need not
// read JSON for it.

// details is the JSON object: the part of a session that never changes.
type details struct {
	Device string `json:"device,omitempty"`
	Scopes string `json:"scopes,omitempty"`
	Data   []byte `json:"data,omitempty"` // base64
}

func encode(rec *session.Record) (string, error) {
	text, err := json.Marshal(details{rec.Device, strings.Join(rec.Scopes, " "), rec.Data})
	if err != nil {
		return "", err
	}
	return strings.Join([]string{
		strconv.FormatUint(rec.Generation, 10), millis(rec.Created), millis(rec.Rotated), millis(rec.Late),
		number(rec.Idle.Milliseconds()), millis(rec.IdleUntil), millis(rec.Until), "0", string(text),
	}, " "), nil
}

// errDamaged means that a value was not written by this package.
var errDamaged = errors.New("the value of a session is damaged")

func decode(subject, id, value string) (session.Record, error) {
	parts := strings.SplitN(value, " ", 9)
	if len(parts) != 9 {
		return session.Record{}, errDamaged
	}
	var n [8]int64
	for i := range n {
		var err error
		if n[i], err = strconv.ParseInt(parts[i], 10, 64); err != nil {
			return session.Record{}, fmt.Errorf("%w: %w", errDamaged, err)
		}
	}
	var d details
	if err := json.Unmarshal([]byte(parts[8]), &d); err != nil {
		return session.Record{}, fmt.Errorf("%w: %w", errDamaged, err)
	}
	return session.Record{
		Subject: subject, ID: id, Device: d.Device, Scopes: strings.Fields(d.Scopes), Data: d.Data,
		Generation: uint64(n[0]), Created: at(n[1]), Rotated: at(n[2]), Late: at(n[3]),
		Idle: time.Duration(n[4]) * time.Millisecond, IdleUntil: at(n[5]), Until: at(n[6]), Ended: n[7] != 0,
	}, nil
}

func at(millis int64) time.Time {
	if millis == 0 {
		return time.Time{}
	}
	return time.UnixMilli(millis).UTC()
}

// atText reads a time that a script returns.
func atText(text string) (time.Time, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	return at(n), err
}
