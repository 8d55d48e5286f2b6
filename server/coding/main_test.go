package coding_test

import (
	"testing"

	"teleconsult/server/dbtest"
	"teleconsult/server/encountertest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// world is the small hospital with what this room adds to it.
type world struct {
	*encountertest.World
	t *testing.T
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return &world{World: encountertest.New(t), t: t}
}
