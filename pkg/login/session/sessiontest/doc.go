// Package sessiontest checks implementations of [session.Store] and [session.Log],
// and of [login.Revocations] that several processes share.
//
//	func TestStore(t *testing.T) {
//		open := func() (session.Store, error) { return newStore(databaseURL) }
//		if err := sessiontest.CheckStore(t.Context(), open); err != nil {
//			t.Error(err)
//		}
//	}
//
// Each check returns one error a broken promise, and names a cause once. It leaves
// its sessions and entries behind, under names that are different in each run, so
// that it can be made on a store in use. Run the checks with -race.
package sessiontest
