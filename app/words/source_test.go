package words_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

var place = regexp.MustCompile(`\{([a-z]+)\}`)

// Every sentence is a literal, and its places are exactly the values that it
// gets: translations are made from the literals, and a place without a value
// would be shown as it is. Nothing is told that is not such a sentence.
func TestSentencesAreWhole(t *testing.T) {
	sentences := 0
	for _, folder := range []string{".", "../cli", "../demo", "../gui", "../gui/facts", "../gui/form", "../gui/frame", "../gui/kit", "../sight"} {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatal(folder, err)
		}
		for _, name := range files {
			set := token.NewFileSet()
			file, err := parser.ParseFile(set, name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			if filepath.Base(name) == "t.go" || filepath.Base(name) == "spans.go" || file.Name.Name == "words_test" {
				continue
			}
			ast.Inspect(file, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				if tells(call) && !strings.HasSuffix(name, "_test.go") {
					checkTold(t, set, call)
				}
				switch calledWord(call) {
				case "T", "Spans":
					checkSentence(t, set, call, call.Args[:1], call.Args[1:], nil)
				case "N":
					checkSentence(t, set, call, call.Args[1:3], call.Args[3:], []string{"n"})
				default:
					return true
				}
				sentences++
				return true
			})
		}
	}
	if sentences < 150 {
		t.Errorf("only %d sentences found", sentences)
	}
}

// calledWord is T or N where the call is to one of them.
func calledWord(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		if p, ok := f.X.(*ast.Ident); ok && p.Name == "words" {
			return f.Sel.Name
		}
	}
	return ""
}

// tells reports whether the call shows its arguments to a person: the program's
// own ways to do so, and fmt's, which lie below them.
func tells(call *ast.CallExpr) bool {
	f, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	if p, ok := f.X.(*ast.Ident); ok && p.Name == "fmt" {
		return strings.HasPrefix(f.Sel.Name, "Fprint") || strings.HasPrefix(f.Sel.Name, "Print")
	}
	return slices.Contains([]string{"say", "show", "sayTitled", "print"}, f.Sel.Name)
}

// checkTold fails if something is told that did not go through this package:
// literals may only hold what stands between or around sentences.
func checkTold(t *testing.T, set *token.FileSet, call *ast.CallExpr) {
	t.Helper()
	for _, arg := range call.Args {
		ast.Inspect(arg, func(n ast.Node) bool {
			if inner, ok := n.(*ast.CallExpr); ok {
				f, _ := inner.Fun.(*ast.SelectorExpr)
				if f == nil {
					return true
				}
				p, _ := f.X.(*ast.Ident)
				return p == nil || p.Name != "words"
			}
			if e, ok := n.(ast.Expr); ok {
				if text, ok := literal(e); ok && strings.ContainsFunc(text, unicode.IsLetter) {
					t.Errorf("%s: %q is told without words.T", set.Position(e.Pos()), text)
				}
			}
			return true
		})
	}
}

func checkSentence(t *testing.T, set *token.FileSet, call *ast.CallExpr, sentences, pairs []ast.Expr, given []string) {
	t.Helper()
	at := set.Position(call.Pos())
	names := map[string]bool{}
	for i := 0; i < len(pairs); i += 2 {
		name, ok := literal(pairs[i])
		if !ok || len(pairs)%2 != 0 {
			t.Errorf("%s: values come in pairs of a literal name and a value", at)
			return
		}
		names[name] = true
	}
	used := map[string]bool{}
	for _, s := range sentences {
		text, ok := literal(s)
		if !ok {
			t.Errorf("%s: a sentence is a literal", at)
			return
		}
		for _, m := range place.FindAllStringSubmatch(text, -1) {
			used[m[1]] = true
		}
	}
	for _, name := range given {
		names[name] = true
		used[name] = true // may be left out of "one"
	}
	if !maps.Equal(names, used) {
		t.Errorf("%s: places %v, values %v", at, slices.Sorted(maps.Keys(used)), slices.Sorted(maps.Keys(names)))
	}
}

func literal(e ast.Expr) (string, bool) {
	l, ok := e.(*ast.BasicLit)
	if !ok || l.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(l.Value)
	return s, err == nil
}
