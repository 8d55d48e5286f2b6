package figures_test

import (
	"testing"

	"teleconsult/server/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }
