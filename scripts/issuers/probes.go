package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/loginctl/loginctl/pkg/keys/jwks/jwkstest"
)

func unknownKids(c client) result {
	s, good := startWarm(c)
	defer s.close()
	if s.err != nil {
		return result{text: "never ready"}
	}
	var junk []string
	for i := range 300 {
		junk = append(junk, s.token(fmt.Sprint("junk", i), 3))
	}
	ask(s.verify, good) // the set is a second old by now
	time.Sleep(100 * time.Millisecond)
	before, refused := s.Requests(), 0
	for i, token := range junk {
		ask(s.verify, token)
		if i%10 == 0 {
			if _, err := ask(s.verify, good); err != nil {
				refused++
			}
		}
	}
	n := s.Requests() - before
	return result{text: fmt.Sprint(n), requests: n, refused: refused}
}

func rotation(junk bool) func(client) result {
	return func(c client) result {
		s, _ := startWarm(c)
		defer s.close()
		if s.err != nil {
			return result{text: "never ready"}
		}
		if junk {
			ask(s.verify, s.token("junk", 3))
		}
		s.Answer(set(jwkOf("k1", 1, nil)))
		refused := 0
		for begin := time.Now(); time.Since(begin) < patience; refused++ {
			if _, err := ask(s.verify, s.token("k1", 1)); err == nil {
				took := time.Since(begin).Round(time.Millisecond)
				return result{text: fmt.Sprintf("%v, %d refused", took, refused), good: refused == 0}
			}
			time.Sleep(100 * time.Millisecond)
		}
		return result{text: fmt.Sprintf("never in %v, %d refused", patience, refused)}
	}
}

func slowIssuer(c client) result {
	s, good := startWarm(c)
	defer s.close()
	if s.err != nil {
		return result{text: "never ready"}
	}
	s.Answer(after(2*time.Second, set(jwkOf("k0", 0, nil))))
	var junk []string
	for i := range 20 {
		junk = append(junk, s.token(fmt.Sprint("junk", i), 3))
	}
	before := s.Requests()
	var askers sync.WaitGroup
	for _, token := range junk {
		askers.Go(func() { ask(s.verify, token) })
	}
	time.Sleep(50 * time.Millisecond)
	r := result{good: true}
	for range 40 {
		took, err := ask(s.verify, good)
		if err != nil {
			r.refused++
		}
		r.took = max(r.took, took)
		time.Sleep(10 * time.Millisecond)
	}
	askers.Wait()
	r.requests = s.Requests() - before
	r.text = fmt.Sprintf("%v, %d requests, %d refused", r.took.Round(10*time.Microsecond), r.requests, r.refused)
	return r
}

func outage(c client) result {
	s, good := startWarm(c)
	defer s.close()
	if s.err != nil {
		return result{text: "never ready"}
	}
	s.Answer(status(http.StatusInternalServerError, ""))
	refused, n := 0, 0
	for begin := time.Now(); time.Since(begin) < 4*time.Second; n++ {
		if _, err := ask(s.verify, good); err != nil {
			refused++
		}
		time.Sleep(20 * time.Millisecond)
	}
	_, err := ask(s.verify, s.token("k1", 1))
	return result{text: fmt.Sprintf("%d of %d; %s", refused, n, class(err)), good: refused == 0 && class(err) == "503"}
}

func coldStart(c client) result {
	s := start(c, status(http.StatusServiceUnavailable, ""))
	defer s.close()
	if s.err != nil {
		return result{text: "does not start"}
	}
	good := s.token("k0", 0)
	_, down := ask(s.verify, good)
	time.Sleep(time.Second)
	s.Answer(set(jwkOf("k0", 0, nil)))
	begin := time.Now()
	for time.Since(begin) < 10*time.Second {
		if _, err := ask(s.verify, good); err == nil {
			took := time.Since(begin)
			return result{text: fmt.Sprintf("%s, ok in %v", class(down), took.Round(10*time.Millisecond)), good: class(down) == "503", took: took}
		}
		time.Sleep(50 * time.Millisecond)
	}
	return result{text: class(down) + ", not ok in 10s"}
}

func tooMany(c client) result {
	s, good := startWarm(c)
	defer s.close()
	if s.err != nil {
		return result{text: "never ready"}
	}
	s.Answer(status(http.StatusTooManyRequests, "60"))
	before, refused := s.Requests(), 0
	for begin, n := time.Now(), 0; time.Since(begin) < 5*time.Second; n++ {
		ask(s.verify, s.token(fmt.Sprint("junk", n), 3))
		if _, err := ask(s.verify, good); err != nil {
			refused++
		}
		time.Sleep(30 * time.Millisecond)
	}
	r := result{requests: s.Requests() - before, refused: refused}
	r.text = fmt.Sprintf("%d, %d good refused", r.requests, r.refused)
	return r
}

func tooLarge(c client) result {
	s, good := startWarm(c)
	defer s.close()
	if s.err != nil {
		return result{text: "never ready"}
	}
	junk := s.token("junk", 3)
	s.Answer(http.HandlerFunc(huge))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	ask(s.verify, junk)
	time.Sleep(1500 * time.Millisecond) // also for clients that read beside the token
	_, err := ask(s.verify, good)
	runtime.ReadMemStats(&after)
	r := result{good: err == nil, bytes: after.TotalAlloc - before.TotalAlloc}
	r.text = fmt.Sprintf("%d MB; %s", r.bytes>>20, class(err))
	return r
}

func redirect(c client) result {
	s, _ := startWarm(c)
	defer s.close()
	if s.err != nil {
		return result{text: "never ready"}
	}
	other := jwkstest.New()
	other.Answer(set(jwkOf("evil", 2, nil)))
	elsewhere := httptest.NewServer(other)
	defer elsewhere.Close()
	s.Answer(http.RedirectHandler(elsewhere.URL+"/jwks", http.StatusFound))
	var err error
	for range 4 {
		if _, err = ask(s.verify, s.token("evil", 2)); err == nil {
			return result{text: "trusted"}
		}
		time.Sleep(700 * time.Millisecond)
	}
	return result{text: fmt.Sprintf("not trusted, %d requests there", other.Requests()), good: other.Requests() == 0}
}

func emptySet(c client) result {
	s, good := startWarm(c)
	defer s.close()
	if s.err != nil {
		return result{text: "never ready"}
	}
	var words []string
	r := result{good: true}
	for _, text := range []string{"<html>maintenance</html>", `{"keys":[]}`} {
		s.Answer(body(text))
		ask(s.verify, s.token("junk", 3))
		time.Sleep(1300 * time.Millisecond)
		ask(s.verify, good) // may have the set read beside it
		time.Sleep(100 * time.Millisecond)
		_, err := ask(s.verify, good)
		words = append(words, class(err))
		r.good = r.good && err == nil
	}
	r.text = strings.Join(words, ", ")
	return r
}

func oddEntry(entry string) func(client) result {
	return func(c client) result {
		s := start(c, set(entry, jwkOf("k0", 0, nil)))
		defer s.close()
		if s.err != nil {
			return result{text: "does not start"}
		}
		time.Sleep(100 * time.Millisecond) // for clients that read beside the tokens
		_, err := ask(s.verify, s.token("k0", 0))
		return result{text: class(err), good: err == nil}
	}
}

func speed(c client) result {
	s, good := startWarm(c)
	defer s.close()
	if s.err != nil {
		return result{text: "never ready"}
	}
	var took []time.Duration
	for range 400 {
		d, err := ask(s.verify, good)
		if err != nil {
			return result{text: "refused"}
		}
		took = append(took, d)
		time.Sleep(5 * time.Millisecond)
	}
	slices.Sort(took)
	median, p99 := took[len(took)/2], took[len(took)*99/100]
	return result{text: fmt.Sprintf("%v / %v", median.Round(time.Microsecond), p99.Round(time.Microsecond)), good: true, took: median}
}
