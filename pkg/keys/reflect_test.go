package keys_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/binary"
	"encoding/pem"
	"reflect"
	"slices"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
)

// Keys print redacted also by reflection, as testify's assert.Equal prints the
// difference of two structs with keys in them.
func TestReflectionFindsNoSecrets(t *testing.T) {
	for _, alg := range []keys.Algorithm{keys.HS256, keys.RS256, keys.ES256, keys.EdDSA} {
		t.Run(alg.String(), func(t *testing.T) {
			k := named(t, alg, "kid")
			works(t, k) // so that the pool has a state
			set := must(keys.NewSet(k))
			outer := struct {
				key      *keys.SigningKey
				public   *keys.VerificationKey
				value    keys.SigningKey
				set      *keys.Set
				snapshot *keys.Snapshot
				source   keys.Source
			}{k, k.VerificationKey(), *k, set, set.Snapshot(), k}
			found := everything(&outer)
			if !bytes.Contains(found, []byte("kid")) || !bytes.Contains(found, []byte(k.VerificationKey().Thumbprint())) {
				t.Error("the walk does not find what is there")
			}
			for i, part := range secretParts(t, k) {
				if middle := part[4:20]; bytes.Contains(found, middle) || bytes.Contains(found, reversed(middle)) {
					t.Errorf("part %d of the key is found", i)
				}
			}
		})
	}
	rsaKey := standardRSA(t)
	if !bytes.Contains(everything(rsaKey), reversed(rsaKey.D.Bytes()[4:20])) {
		t.Error("the walk does not find an open key")
	}
}

// secretParts lists the parts of k that must not be found.
func secretParts(t *testing.T, k *keys.SigningKey) [][]byte {
	t.Helper()
	if k.Algorithm().Type() == "oct" {
		return [][]byte{must(keys.MarshalSecret(k))}
	}
	block, _ := pem.Decode(must(keys.MarshalPKCS8(k)))
	switch private := must(x509.ParsePKCS8PrivateKey(block.Bytes)).(type) {
	case *ecdsa.PrivateKey:
		return [][]byte{must(private.Bytes())}
	case ed25519.PrivateKey:
		return [][]byte{private.Seed()}
	}
	private := standardRSA(t)
	return [][]byte{private.D.Bytes(), private.Primes[0].Bytes(), private.Primes[1].Bytes(), private.Precomputed.Dp.Bytes()}
}

func reversed(b []byte) []byte {
	b = slices.Clone(b)
	slices.Reverse(b)
	return b
}

// everything returns all bytes that can be reached from v, also by unexported fields.
func everything(v any) []byte {
	w := walk{seen: map[visit]bool{}}
	w.value(reflect.ValueOf(v))
	return w.found
}

type walk struct {
	seen  map[visit]bool
	found []byte
}

type visit struct {
	at   uintptr
	kind reflect.Type
}

func (w *walk) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if at := (visit{v.Pointer(), v.Type()}); !v.IsNil() && !w.seen[at] {
			w.seen[at] = true
			w.value(v.Elem())
		}
	case reflect.Interface:
		if !v.IsNil() {
			w.value(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			w.value(v.Field(i))
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			w.value(v.Index(i))
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			w.value(key)
			w.value(v.MapIndex(key))
		}
	case reflect.String:
		w.found = append(w.found, v.String()...)
	case reflect.Uint8, reflect.Uint32, reflect.Uint64, reflect.Uint, reflect.Uintptr: // the words of a big.Int, lowest first
		text := binary.LittleEndian.AppendUint64(nil, v.Uint())
		w.found = append(w.found, text[:v.Type().Size()]...)
	}
}
