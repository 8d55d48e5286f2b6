package dbtest_test

import (
	"context"
	"testing"

	"teleconsult/server/db"
	"teleconsult/server/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func TestEachTestHasItsOwnDatabase(t *testing.T) {
	one, two := dbtest.New(t), dbtest.New(t)
	insert := func(d *db.DB) error {
		return d.InTx(context.Background(), db.System("test"), func(ctx context.Context, tx db.Tx) error {
			_, err := tx.ExecContext(ctx, `INSERT INTO department (id, code, name, hospital, phone, email)
				VALUES (gen_random_uuid(), 'A', 'A', 'H', '01 00 00 00 00', 'a@exemple.fr')`)
			return err
		})
	}
	if err := insert(one); err != nil {
		t.Fatal(err)
	}
	if err := insert(two); err != nil {
		t.Fatalf("the second database sees the first one's rows: %v", err)
	}
}
