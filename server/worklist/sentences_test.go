package worklist

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"teleconsult/server/consent"
)

// TestEveryTracedActionHasASentence reads the source of the whole server: what it traces about an encounter is
// what a history can show, no more and no less.
func TestEveryTracedActionHasASentence(t *testing.T) {
	traced := map[string]string{} // action -> where
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			action := actionIn(n)
			if action == nil {
				return true
			}
			where := set.Position(action.Pos()).String()
			// Command, Read and Traced hand on what they were given
			if name, ok := action.(*ast.Ident); ok && name.Name == "action" && filepath.ToSlash(path) == "../encounter/service.go" {
				return true
			}
			values := valuesOf(action)
			if len(values) == 0 {
				t.Errorf("%s: this test cannot read what is traced here; write it as a text", where)
			}
			for _, v := range values {
				traced[v] = where
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for action, where := range traced {
		if sentences[action] == "" {
			t.Errorf("%s: %q has no sentence", where, action)
		}
	}
	for action := range sentences {
		if traced[action] == "" {
			t.Errorf("the sentence for %q is never needed", action)
		}
	}
}

// actionIn is the action that a node traces about an encounter, nil when it traces none.
func actionIn(n ast.Node) ast.Expr {
	switch n := n.(type) {
	case *ast.CallExpr:
		callee, ok := n.Fun.(*ast.SelectorExpr)
		switch {
		case !ok:
		case callee.Sel.Name == "Traced" && len(n.Args) == 2:
			return n.Args[0]
		case (callee.Sel.Name == "Command" || callee.Sel.Name == "Read") && len(n.Args) >= 5:
			return n.Args[4]
		}
	case *ast.CompositeLit:
		if kind, ok := n.Type.(*ast.SelectorExpr); !ok || kind.Sel.Name != "Event" || nameOf(kind.X) != "trace" {
			return nil
		}
		fields := map[string]ast.Expr{}
		for _, e := range n.Elts {
			if pair, ok := e.(*ast.KeyValueExpr); ok {
				fields[nameOf(pair.Key)] = pair.Value
			}
		}
		if fields["EncounterID"] != nil {
			return fields["Action"]
		}
	}
	return nil
}

func nameOf(e ast.Expr) string {
	if id, ok := e.(*ast.Ident); ok {
		return id.Name
	}
	return ""
}

// valuesOf are the texts that an expression can stand for, none when that cannot be told. A decision's action
// ends with its verdict.
func valuesOf(e ast.Expr) []string {
	switch e := e.(type) {
	case *ast.BasicLit:
		if text, err := strconv.Unquote(e.Value); err == nil {
			return []string{text}
		}
	case *ast.BinaryExpr:
		if prefix := valuesOf(e.X); slices.Equal(prefix, []string{"consent."}) && e.Op == token.ADD {
			var all []string
			for _, v := range []consent.Verdict{consent.Agreed, consent.Refused, consent.Withdrawn} {
				all = append(all, prefix[0]+string(v))
			}
			return all
		}
	}
	return nil
}
