package synthetic

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// A release is one that is being made.
type release struct {
	app         application
	version     int
	number      int
	environment string // without quotes
	values      *field
	isWrong     bool
}

// What releases write in other ways than as plain literals, by the number of the release
// modulo everyForm.
const (
	everyForm       = 20
	formPlain       = 0
	formInterpolate = 5
	formGuard       = 11
	formLet         = 13
	formNamedField  = 17
)

// everyMistake is of how many releases one has a mistake; mistakeAt is which.
const (
	everyMistake = 100
	mistakeAt    = 37
)

// newRelease makes the release of a number, and a concrete one if asked to.
func newRelease(random *rand.Rand, app application, version, number int, concrete bool) release {
	r := release{app: app, version: version, number: number, values: &field{}}
	all := app.values(version)
	all = append(all, app.added()...)
	form := number % everyForm
	chosen := all
	if concrete {
		form = formPlain
	} else {
		chosen = choose(random, all, form == formLet)
	}
	mistake := -1
	if !concrete && number%everyMistake == mistakeAt {
		r.isWrong = true
		mistake = random.IntN(len(chosen))
	}
	for i, v := range chosen {
		written := v.sets[random.IntN(len(v.sets))]
		doc := ""
		switch {
		case i == mistake && v.preset == "" && number%(2*everyMistake) == mistakeAt:
			continue // a required value that nobody sets
		case i == mistake && number%(3*everyMistake) == mistakeAt:
			v.path += "s" // a name that does not exist
		case i == mistake:
			written = v.wrong
		case v.path == "environment":
			r.environment = strings.Trim(written, `"`)
		case v.path == "replicas" && form == formGuard:
			written = "" // below
		case v.path == "image.repository" && form == formLet:
			written = `"registry.harbourlane.example/\(team)/` + app.name + `"`
		case v.path == "image.tag" && form == formInterpolate:
			written = `"\(environment)-` + fmt.Sprint(number) + `"`
		case random.IntN(8) == 0:
			doc = "Measured in the last week of November."
		}
		if written != "" {
			r.values.put(v.path, "", "", written, doc, nil)
		}
	}
	if r.environment == "" {
		r.environment = "production"
	}
	switch form {
	case formGuard:
		r.values.fields = append(r.values.fields, &field{label: `if environment == "production"`, fields: []*field{{label: "replicas:", value: "6"}}})
	case formLet:
		r.values.fields = append(r.values.fields, &field{label: "let team =", value: fmt.Sprintf("%q", app.name+"-team")})
	}
	return r
}

// choose returns the values that a release sets: those that it must, image.tag and
// environment, image.repository if it is to, and some others.
func choose(random *rand.Rand, all []value, repository bool) []value {
	var out []value
	n := 3 + random.IntN(10)
	others := random.Perm(len(all))
	picked := make(map[int]bool)
	for _, i := range others {
		v := all[i]
		always := v.preset == "" || v.path == "image.tag" || v.path == "environment" || repository && v.path == "image.repository"
		if !always && n > 0 {
			n--
			always = true
		}
		picked[i] = always
	}
	for i, v := range all {
		if picked[i] {
			out = append(out, v)
		}
	}
	return out
}

// folder is how many releases are in one directory.
const folder = 50

func (r release) name() string { return fmt.Sprintf("%s-%d", r.app.name, r.number) }

func (r release) file() File {
	var b strings.Builder
	core, own := "", ""
	if r.number%everyForm == formNamedField {
		core, own = "\tcore \"core.opm.dev/v1\"\n", "main: core."
	}
	if r.number%10 != 9 { // the others have no package clause
		fmt.Fprintf(&b, "package %s\n\n", packageName(r.name()))
	}
	fmt.Fprintf(&b, `import (
%[1]s	catalog "catalog.harbourlane.example/managed-%[2]s:%[3]s"
)

%[4]s#ModuleRelease & {
	#metadata: {
		name:      "%[5]s"
		namespace: "%[2]s-%[6]s"
		labels: {
			environment: "%[6]s"
			team:        "%[2]s-team"
		}
	}

	#module: catalog.#Module

	values: {
`, core, r.app.name, versions[r.version].module, own, r.name(), r.environment)
	r.values.write(&b, 2)
	b.WriteString("\t}\n}\n")
	return File{fmt.Sprintf("releases/%s/%04d/%s.cue", r.environment, r.number/folder, r.name()), b.String()}
}

// plainFile is a package of its own, because that is what CUE checks one by one.
func (r release) plainFile() File {
	var b strings.Builder
	fmt.Fprintf(&b, "package %[1]s\n\nimport catalog \"%[5]s/catalog/%[2]s/v%[3]s:managed%[4]s\"\n\ncatalog.#Module & {\n\tvalues: {\n",
		packageName(r.name()), r.app.name, versions[r.version].module, packageName(r.app.name), plainModulePath)
	r.values.write(&b, 2)
	b.WriteString("\t}\n}\n")
	return File{fmt.Sprintf("releases/%04d/%s/release.cue", r.number/folder, r.name()), b.String()}
}
