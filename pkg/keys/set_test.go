package keys_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
)

func named(t testing.TB, alg keys.Algorithm, kid string) *keys.SigningKey {
	return must(keyFor(t, alg).WithID(kid))
}

// A kid is an exact, case-sensitive look-up; an unknown one fails.
func TestSelect(t *testing.T) {
	plain := keyFor(t, keys.ES256)
	given := must(plain.WithID("given"))
	secret := keyFor(t, keys.HS256)
	set := must(keys.NewSet(given, named(t, keys.EdDSA, "ed").VerificationKey(), named(t, keys.ES256, "other").VerificationKey()))
	alone := must(keys.NewSet(plain))
	for _, tt := range []struct {
		name   string
		source keys.Source
		alg    keys.Algorithm
		kid    string
		named  bool
		err    error
	}{
		{"one key, no kid", plain, keys.ES256, "", false, nil},
		{"one key, its thumbprint", plain, keys.ES256, plain.ID(), true, nil},
		{"one key, any kid", plain, keys.ES256, "whatever", true, nil},
		{"one key, an empty kid", plain, keys.ES256, "", true, nil},
		{"one key, another algorithm", plain, keys.EdDSA, "", false, keys.ErrAlgorithm},
		{"one key that verifies, any kid", plain.VerificationKey(), keys.ES256, "whatever", true, nil},
		{"one secret, any kid", secret, keys.HS256, "whatever", true, nil},
		{"given its kid, no kid", given, keys.ES256, "", false, nil},
		{"given its kid, that kid", given, keys.ES256, "given", true, nil},
		{"given its kid, another", given, keys.ES256, "Given", true, keys.ErrUnknownKey},
		{"given its kid, the thumbprint", given, keys.ES256, plain.ID(), true, keys.ErrUnknownKey},
		{"given its kid, an empty one", given, keys.ES256, "", true, keys.ErrUnknownKey},
		{"set, no kid", set, keys.ES256, "", false, nil},
		{"set, a kid", set, keys.EdDSA, "ed", true, nil},
		{"set, the kid of another algorithm", set, keys.ES256, "ed", true, keys.ErrUnknownKey},
		{"set, a kid in another case", set, keys.EdDSA, "ED", true, keys.ErrUnknownKey},
		{"set, an empty kid", set, keys.EdDSA, "", true, keys.ErrUnknownKey},
		{"set, a path", set, keys.EdDSA, "../../dev/null", true, keys.ErrUnknownKey},
		{"set, an algorithm nobody has", set, keys.RS256, "ed", true, keys.ErrAlgorithm},
		{"set of one, another kid", alone, keys.ES256, "whatever", true, keys.ErrUnknownKey},
		{"set of one, its thumbprint", alone, keys.ES256, plain.ID(), true, nil},
		{"no algorithm", set, 0, "", false, keys.ErrAlgorithm},
		{"an algorithm out of range", set, 200, "", false, keys.ErrAlgorithm},
		{"nil key", (*keys.SigningKey)(nil), keys.ES256, "", false, keys.ErrNoKey},
		{"nil set", (*keys.Set)(nil), keys.ES256, "", false, keys.ErrNoKey},
		{"zero set", &keys.Set{}, keys.ES256, "", false, keys.ErrNoKey},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := tt.source.Snapshot().Select(tt.alg, tt.kid, tt.named)
			wantErr(t, err, tt.err)
		})
	}
}

func TestSelectionVerifies(t *testing.T) {
	a, b := named(t, keys.ES256, "a"), named(t, keys.ES256, "b")
	snapshot := must(keys.NewSet(a, b.VerificationKey())).Snapshot()
	signature := must(b.Sign(context.Background(), "text"))
	k, err := must(snapshot.Select(keys.ES256, "", false)).Verify("text", signature)
	wantErr(t, err, nil)
	if k.ID() != "b" {
		t.Errorf("verified by %v", k)
	}
	_, err = must(snapshot.Select(keys.ES256, "a", true)).Verify("text", signature)
	wantErr(t, err, keys.ErrSignature)
	_, err = keys.Selection{}.Verify("text", signature)
	wantErr(t, err, keys.ErrSignature)
	var none *keys.Snapshot
	_, err = none.Select(keys.ES256, "", false)
	wantErr(t, err, keys.ErrNoKey)
	_, err = keys.MarshalJWKS(none.VerificationKeys()...)
	wantErr(t, err, keys.ErrNotPublic)
	if none.VerificationKeys() != nil {
		t.Error("no snapshot has keys")
	}
}

// A token without a kid is checked against eight keys, the signer's first.
func TestAtMostEightKeysAreTried(t *testing.T) {
	var all []*keys.SigningKey
	var public []*keys.VerificationKey
	for i := range 10 {
		k := named(t, keys.HS256, fmt.Sprint(i))
		all, public = append(all, k), append(public, k.VerificationKey())
	}
	set := must(keys.NewSet(all[9], public[:9]...))
	selection := must(set.Snapshot().Select(keys.HS256, "", false))
	tried := 0
	for _, k := range all {
		if _, err := selection.Verify("text", must(k.Sign(context.Background(), "text"))); err == nil {
			tried++
		}
	}
	if tried != 8 {
		t.Errorf("%d keys are tried, want 8", tried)
	}
	if _, err := selection.Verify("text", must(all[9].Sign(context.Background(), "text"))); err != nil {
		t.Error("the key that signs is not among them")
	}
	k := all[8]
	_, err := must(set.Snapshot().Select(keys.HS256, "8", true)).Verify("text", must(k.Sign(context.Background(), "text")))
	wantErr(t, err, nil)
}

func TestNewSet(t *testing.T) {
	a, b := named(t, keys.ES256, "a"), named(t, keys.EdDSA, "b")
	for _, tt := range []struct {
		name   string
		signer *keys.SigningKey
		others []*keys.VerificationKey
		err    error
	}{
		{"nothing", nil, nil, nil},
		{"a signer", a, nil, nil},
		{"only verifying", nil, []*keys.VerificationKey{a.VerificationKey(), b.VerificationKey()}, nil},
		{"a kid twice", a, []*keys.VerificationKey{must(b.WithID("a")).VerificationKey()}, keys.ErrKeyID},
		{"the signer twice", a, []*keys.VerificationKey{a.VerificationKey()}, keys.ErrKeyID},
		{"a secret without a kid", keyFor(t, keys.HS256), nil, keys.ErrKeyID},
		{"a nil key", a, []*keys.VerificationKey{nil}, keys.ErrNoKey},
		{"a zero signer", &keys.SigningKey{}, nil, keys.ErrNoKey},
	} {
		t.Run(tt.name, func(t *testing.T) {
			set, err := keys.NewSet(tt.signer, tt.others...)
			wantErr(t, err, tt.err)
			if err != nil {
				return
			}
			signer, err := set.Snapshot().Signer()
			if tt.signer == nil {
				wantErr(t, err, keys.ErrNoSigningKey)
			} else if signer != tt.signer {
				t.Errorf("it signs with %v", signer)
			}
		})
	}
}

// The life of a key: published, signing, verifying only, retired.
func TestRotation(t *testing.T) {
	old, next := named(t, keys.ES256, "old"), named(t, keys.ES256, "next")
	set := must(keys.NewSet(old))
	verifies := func(k *keys.SigningKey) error {
		selection, err := set.Snapshot().Select(k.Algorithm(), k.ID(), true)
		if err != nil {
			return err
		}
		_, err = selection.Verify("text", must(k.Sign(context.Background(), "text")))
		return err
	}
	signs := func() string { return must(set.Snapshot().Signer()).ID() }

	wantErr(t, verifies(next), keys.ErrUnknownKey)
	wantErr(t, set.Publish(next.VerificationKey()), nil)
	wantErr(t, verifies(next), nil)
	if signs() != "old" {
		t.Error("publishing changed the key that signs")
	}
	before := set.Snapshot()
	wantErr(t, set.Publish(next.VerificationKey()), nil)
	if set.Snapshot() != before {
		t.Error("publishing a key again changed the set")
	}
	wantErr(t, set.Publish(named(t, keys.ES256, "next").VerificationKey()), keys.ErrKeyID)
	wantErr(t, set.Publish(nil), keys.ErrNoKey)
	wantErr(t, set.Publish(keyFor(t, keys.HS256).VerificationKey()), keys.ErrKeyID)
	wantErr(t, set.Retire("old"), keys.ErrNoSigningKey)
	wantErr(t, set.Rotate(next), nil)
	if signs() != "next" || len(set.Snapshot().VerificationKeys()) != 2 {
		t.Errorf("it signs with %s", signs())
	}
	wantErr(t, verifies(old), nil)
	wantErr(t, set.Rotate(named(t, keys.ES256, "old")), keys.ErrKeyID)
	wantErr(t, set.Rotate(nil), keys.ErrNoSigningKey)
	wantErr(t, set.Rotate(next), nil)
	wantErr(t, set.Retire("unknown"), keys.ErrUnknownKey)
	wantErr(t, set.Retire("old"), nil)
	wantErr(t, verifies(old), keys.ErrUnknownKey)
	wantErr(t, verifies(next), nil)
	if _, err := before.Select(keys.ES256, "old", true); err != nil {
		t.Error("a snapshot changed")
	}
	third := named(t, keys.EdDSA, "third")
	wantErr(t, set.Rotate(third), nil)
	if signs() != "third" || len(set.Snapshot().VerificationKeys()) != 2 {
		t.Error("rotating without publishing first")
	}

	wantErr(t, set.Replace(must(keys.NewSet(old))), nil)
	if signs() != "old" || !errors.Is(verifies(next), keys.ErrUnknownKey) {
		t.Error("replacing left something")
	}
	wantErr(t, set.Replace(nil), nil)
	wantErr(t, verifies(old), keys.ErrNoKey)
	wantErr(t, set.Publish(old.VerificationKey()), nil)
	wantErr(t, verifies(old), nil)
	wantErr(t, set.Retire("old"), nil)
	wantErr(t, verifies(old), keys.ErrNoKey)
}

// A nil set reads as one without keys, and cannot be changed.
func TestNilSet(t *testing.T) {
	var set *keys.Set
	k := named(t, keys.ES256, "a")
	wantErr(t, set.Publish(k.VerificationKey()), keys.ErrNoKey)
	wantErr(t, set.Rotate(k), keys.ErrNoKey)
	wantErr(t, set.Retire("a"), keys.ErrNoKey)
	wantErr(t, set.Replace(must(keys.NewSet(k))), keys.ErrNoKey)
	if set.Snapshot().VerificationKeys() != nil {
		t.Error("a nil set has keys")
	}
}

// Equal snapshots are the same pointer, as their users compare them.
func TestSnapshotsAreStable(t *testing.T) {
	k := keyFor(t, keys.ES256)
	set := must(keys.NewSet(k))
	for _, source := range []keys.Source{k, k.VerificationKey(), set, &keys.Set{}, (*keys.SigningKey)(nil)} {
		if first, second := source.Snapshot(), source.Snapshot(); first != second {
			t.Errorf("%T gives two snapshots", source)
		}
	}
	list := set.Snapshot().VerificationKeys()
	list[0] = nil
	if set.Snapshot().VerificationKeys()[0] == nil {
		t.Error("a snapshot can be changed")
	}
}

func TestSecretsAreLeftOutOfAJWKS(t *testing.T) {
	secret, public := named(t, keys.HS256, "secret"), named(t, keys.ES256, "public")
	text, err := keys.MarshalJWKS(secret.VerificationKey(), public.VerificationKey())
	wantErr(t, err, nil)
	if got := must(keys.ParseJWKS(text, nil)).Snapshot().VerificationKeys(); len(got) != 1 || got[0].ID() != "public" {
		t.Errorf("it publishes %v", got)
	}
	_, err = keys.MarshalJWKS(secret.Snapshot().VerificationKeys()...)
	wantErr(t, err, keys.ErrNotPublic)
}

// A rotation never mixes two states: under load, a snapshot verifies the signatures
// of its own signer, and no snapshot has half a rotation.
func TestRotationUnderLoad(t *testing.T) {
	const rounds = 200
	set := must(keys.NewSet(named(t, keys.HS256, "0")))
	var done atomic.Bool
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for !done.Load() {
				snapshot := set.Snapshot()
				signer, err := snapshot.Signer()
				if err != nil {
					t.Error(err)
					return
				}
				selection, err := snapshot.Select(signer.Algorithm(), signer.ID(), true)
				if err != nil {
					t.Errorf("the key that signs does not verify: %v", err)
					return
				}
				if _, err := selection.Verify("text", must(signer.Sign(context.Background(), "text"))); err != nil {
					t.Errorf("half a rotation: %v", err)
					return
				}
				if n := len(snapshot.VerificationKeys()); n < 1 || n > 3 {
					t.Errorf("%d keys at once", n)
					return
				}
			}
		})
	}
	for i := 1; i < rounds; i++ {
		next := named(t, keys.HS256, fmt.Sprint(i))
		wantErr(t, set.Publish(next.VerificationKey()), nil)
		wantErr(t, set.Rotate(next), nil)
		wantErr(t, set.Retire(fmt.Sprint(i-1)), nil)
	}
	done.Store(true)
	readers.Wait()
}

// Writers wait for each other: no concurrent change is lost.
func TestConcurrentChanges(t *testing.T) {
	set := &keys.Set{}
	var writers sync.WaitGroup
	for i := range 16 {
		k := named(t, keys.HS256, fmt.Sprint(i)).VerificationKey()
		writers.Go(func() { wantErr(t, set.Publish(k), nil) })
	}
	writers.Wait()
	if n := len(set.Snapshot().VerificationKeys()); n != 16 {
		t.Errorf("%d keys, want 16", n)
	}
}
