package redisstore

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/loginctl/loginctl/pkg/login/session"
)

// value is a session as it is stored, in JSON. Numbers are strings, because the JSON
// of Redis writes numbers with 14 digits. The scripts read and write these names.
type value struct {
	Device     string `json:"device"`
	Scopes     string `json:"scopes"`
	Data       []byte `json:"data"` // base64
	Generation string `json:"generation"`
	Created    string `json:"created"`
	Rotated    string `json:"rotated"`
	Late       string `json:"late"`
	Idle       string `json:"idle"`
	IdleUntil  string `json:"idle_until"`
	Until      string `json:"until"`
	Ended      string `json:"ended"` // 0 or 1
}

func encode(rec *session.Record) (string, error) {
	v := value{
		Device: rec.Device, Scopes: strings.Join(rec.Scopes, " "), Data: rec.Data,
		Generation: strconv.FormatUint(rec.Generation, 10),
		Created:    millis(rec.Created), Rotated: millis(rec.Rotated), Late: millis(rec.Late),
		Idle: number(rec.Idle.Milliseconds()), IdleUntil: millis(rec.IdleUntil), Until: millis(rec.Until),
		Ended: "0",
	}
	if v.Data == nil {
		v.Data = []byte{} // null would come back as another type
	}
	text, err := json.Marshal(v)
	return string(text), err
}

func decode(subject, id, text string) (session.Record, error) {
	var v value
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		return session.Record{}, fmt.Errorf("the value of a session is damaged: %w", err)
	}
	generation, err := strconv.ParseUint(v.Generation, 10, 64)
	rec := session.Record{
		Subject: subject, ID: id, Device: v.Device, Scopes: strings.Fields(v.Scopes), Data: v.Data,
		Generation: generation, Ended: v.Ended != "0",
	}
	for _, field := range []struct {
		text string
		time *time.Time
	}{
		{v.Created, &rec.Created}, {v.Rotated, &rec.Rotated}, {v.Late, &rec.Late}, {v.IdleUntil, &rec.IdleUntil}, {v.Until, &rec.Until},
	} {
		t, e := at(field.text)
		*field.time, err = t, errors.Join(err, e)
	}
	idle, e := strconv.ParseInt(v.Idle, 10, 64)
	rec.Idle = time.Duration(idle) * time.Millisecond
	if err = errors.Join(err, e); err != nil {
		return session.Record{}, fmt.Errorf("the value of a session is damaged: %w", err)
	}
	return rec, nil
}

func at(text string) (time.Time, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n == 0 {
		return time.Time{}, err
	}
	return time.UnixMilli(n).UTC(), nil
}
