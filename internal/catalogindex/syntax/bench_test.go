package syntax

import (
	"fmt"
	"strings"
	"testing"
)

// release returns a release whose values hold n components.
func release(n int) string {
	var b strings.Builder
	b.WriteString("package shop\n\nimport catalog \"example.com/catalog/shop:1.0.0\"\n\n#ModuleRelease & {\n\t#metadata: name: \"shop\"\n\t#module: catalog.#Module\n\tvalues: {\n")
	for i := range n {
		fmt.Fprintf(&b, "\t\tcomponent%d: {\n\t\t\treplicas: %d // as agreed\n\t\t\timage: {\n\t\t\t\ttag: \"v1.%d\"\n\t\t\t}\n\t\t\thosts: [\"a.example.com\", \"b.example.com\"]\n\t\t}\n", i, i, i)
	}
	b.WriteString("\t}\n}\n")
	return b.String()
}

func BenchmarkParse(b *testing.B) {
	for _, n := range []int{3, 30, 300} {
		src := release(n)
		for name, content := range map[string]string{
			"whole": src,
			"half":  strings.Replace(src, "replicas: 1 ", "replicas: ", 1),
		} {
			b.Run(fmt.Sprintf("%s/%dKB", name, len(src)>>10), func(b *testing.B) {
				b.SetBytes(int64(len(content)))
				b.ReportAllocs()
				for b.Loop() {
					Parse("x.cue", content)
				}
			})
		}
	}
}

func BenchmarkCursorAt(b *testing.B) {
	for _, n := range []int{3, 30, 300} {
		src := release(n)
		f := Parse("x.cue", src)
		b.Run(fmt.Sprintf("%dKB", len(src)>>10), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				f.CursorAt(len(src) / 2)
			}
		})
	}
}
