package main

// sessionRows are the steps of sessions, the stores, the feed and the limiter. The
// scripts of Redis are texts in Lua: scripts/stores tests them on a server.
var sessionRows = []row{
	{"session: a record of another subject", "Classify", "rec.Subject != r.Subject || rec.ID != r.ID", "rec.ID != r.ID"},
	{"session: a record of another ID", "Classify", "rec.Subject != r.Subject || rec.ID != r.ID", "rec.Subject != r.Subject"},
	{"session: an ended session", "Classify", "case rec.Ended:", "case false:"},
	{"session: an expired session", "Classify", "case !rec.Live(now):", "case false:"},
	{"session: the idle end", "Record.Live", "&& now.Before(r.IdleUntil)", ""},
	{"session: the last end", "Record.Live", "&& now.Before(r.Until)", ""},
	{"session: a token ahead of the record", "Classify", "case r.Presented > rec.Generation:", "case false:"},
	{"session: a retry of an older generation", "Classify", "last := r.Presented+1 == rec.Generation", "last := r.Presented < rec.Generation"},
	{"session: the end of the grace", "Classify", "now.Before(rec.Rotated.Add(r.Grace))", "true"},
	{"session: no grace", "Classify", "r.Grace > 0 &&", ""},
	{"session: a rotation goes on from the presented generation", "Step", "rec.Generation = r.Presented + 1", "rec.Generation++"},
	{"session: a rotation moves the idle end", "Step", "rec.IdleUntil = earlier(now.Add(rec.Idle), rec.Until)", ""},
	{"session: the idle end is not after the last end", "Step", "earlier(now.Add(rec.Idle), rec.Until)", "now.Add(rec.Idle)"},
	{"session: a late retry is remembered", "Step", "rec.Late = now", ""},
	{"session: reuse ends the session", "Step", "rec.Ended = true", ""},

	{"memory: a session that is there", "Memory.Create", "if sessions[rec.ID] != nil { return ErrExists }", ""},
	{"sqlstore: a lost update is looked at again", "Store.rotate", "if changed || err != nil { return next, outcome, err }", "_ = changed; return next, outcome, err"},
	{"sqlstore: only one row is a win", "Store.exec", "return n == 1, err", "return n >= 0, err"},
	{"redisstore: noted before it is ended", "Store.noteAndEnd", "if err := s.Note(ctx, entries...); err != nil { return nil, err }", ""},
	{"redisstore: reuse ends the session", "Store.rotate", "if err == nil && outcome == session.Reused { rec, outcome, err = s.endReused(ctx, rec) }", ""},

	{"feed: a view that is too old", "Feed.refresh", "case age > f.config.Stale: return f.wait(ctx, read)", ""},
	{"feed: a view that was never read", "Feed.refresh", "if read == nil { return f.wait(ctx, nil) }", "if read == nil { return nil }"},
	{"feed: the monotonic clock counts", "Feed.age", "max(now.Round(0).Sub(read.wall), now.Sub(f.start)-read.monotonic)", "now.Round(0).Sub(read.wall)"},
	{"feed: a stale view is served only by policy", "Feed.wait", "|| f.config.WhenStale == RefuseStale", ""},
	{"feed: each read goes back by the overlap", "Feed.readLog", "since = since.Add(-f.config.Overlap)", ""},
	{"feed: the age is that of the beginning of a read", "Feed.readLog", "began := f.config.Now()", "began := f.config.Now().Add(time.Hour)"},
	{"feed: tokens that live longer than entries", "Feed.revoked", "c.ExpiresAt.IsZero() || c.ExpiresAt.Sub(c.IssuedAt) > f.config.Longest", "false"},

	{"limit: an attempt is counted before it is made", "Config.step", "Failures{min(f.Count+1, maxCount), now}", "f"},
	{"limit: the wait", "Config.step", "wait > 0 && since < wait", "false"},
	{"limit: the wait doubles", "Config.delay", "wait *= 2", ""},
	{"limit: old failures are forgotten", "Config.step", "if since >= c.Forget { f = Failures{} }", ""},
	{"limit: an attempt of a client that left", "Limiter.Do", "|| ctx.Err() != nil", ""},
	{"limit: a store that is down", "Limiter.count", "old, err := l.config.Store.Failures(ctx, key); if err != nil { return Failures{}, unavailable(err) }", "old, err := l.config.Store.Failures(ctx, key); if err != nil { return Failures{}, nil }"},
	{"limit: the client is part of the key", "Limiter.key", "append(append(text, name...), client...)", "append(text, name...)"},
	{"limit: names have one spelling", "Limiter.key", "name = l.config.Name(name)", ""},

	{"oauth: the client is authentic", "authenticate", "if err := checkClient(r.Context(), c, check); err != nil { return nil, \"\", err }", ""},
	{"oauth: a client without an ID", "checkClient", "c.ID == \"\" && !otherProof(c.Request)", "false"},
	{"oauth: a token of another client", "Revocation.revoke", "owner != \"\" && owner != client.ID", "owner != owner"},
	{"oauth: an outage is not an inactive token", "Introspection.serve", "err != nil && !isBadToken(err)", "false"},
	{"oauth: public clients have no grant", "logIn", "c.Secret == \"\" && !otherProof(r)", "false"},
	{"oauth: scopes are narrowed", "narrow", "g.Scopes = granted", ""},
}
