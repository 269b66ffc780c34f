// Package evaluation asks CUE what an expression comes to. It is the one place at which CUE
// evaluates anything.
//
// CUE's evaluation cannot be cancelled: an expression of one line may take longer than anyone
// waits and more memory than there is. So there are two evaluators. [InProcess] is for what
// surely ends soon. [Workers] runs processes that are killed when they take too much; it takes
// any expression. A question and its answer are plain data, and both answer alike.
package evaluation

// An Evaluator answers questions. It is safe for several goroutines.
type Evaluator interface {
	// Evaluate returns the answer, or what stands in its way.
	Evaluate(Question) Answer
	// Contained says that any question may be asked. Otherwise only those may be that are
	// Bounded.
	Contained() bool
	// Late returns how many questions about a package were answered after who asked had been
	// told that they are Pending. What was computed from an answer that was pending is to be
	// computed again once the number is another.
	Late(pkg string) uint64
	// Hindered reports whether an obstacle ever stood in the way of an answer for a package.
	// Then what was computed for it may be another on another day, or on another machine.
	Hindered(pkg string) bool
}

// A Question is an expression, and what is to be known of it. Nothing but its imports and its
// expression decides the answer.
type Question struct {
	Imports []string // import specs of packages of CUE's own, such as `"strings"`
	Expr    string
	// Holds asks only whether the expression is a concrete value that CUE accepts.
	Holds bool
	// Bounded says that the evaluation surely ends soon and takes little room.
	Bounded bool
	Package string // the key of the package that asks, for Late
}

// An Answer is what CUE says of an expression.
type Answer struct {
	Obstacle Obstacle // why CUE says nothing; "" if it does
	Holds    bool     // if that was asked
	Kinds    Kind     // the kinds that the result may have; none: CUE refuses the expression
	Value    *Value   // the result, if it is concrete
}

// An Obstacle is what stands in the way of an answer.
type Obstacle string

// What may stand in the way.
const (
	Pending     Obstacle = "pending"     // it is still being computed, see Evaluator.Late
	TooLong     Obstacle = "too long"    // it takes too much time
	TooLarge    Obstacle = "too large"   // it takes too much memory
	TooMany     Obstacle = "too many"    // it comes to more values than are of any use
	Crashed     Obstacle = "crashed"     // CUE fails over it
	Unavailable Obstacle = "unavailable" // nobody can compute it here
	Skipped     Obstacle = "skipped"     // it is not asked, since too many others beside it took too much
)

// IsFinal reports whether the question has no other answer until it is another question.
func (o Obstacle) IsFinal() bool { return o != "" && o != Pending && o != Unavailable }

// A Kind is a set of CUE's kinds of value.
type Kind uint8

// CUE's kinds.
const (
	Null Kind = 1 << iota
	Bool
	Int
	Float
	String
	Bytes
	List
	Struct
)

// A Value is a concrete value.
type Value struct {
	Kind   Kind     // exactly one
	Text   string   // of a string or bytes the content, of a number or a bool as CUE writes it
	Items  []*Value // of a list
	Fields []Field  // of a struct, in order of declaration
}

// A Field is a field of a struct.
type Field struct {
	Name  string
	Value *Value
}

// key returns what two questions have in common that have one answer.
func (q Question) key() string {
	var b []byte
	for _, spec := range q.Imports {
		b = append(append(b, spec...), '\n')
	}
	if q.Holds {
		b = append(b, '?')
	} else {
		b = append(b, '=')
	}
	return string(append(b, q.Expr...))
}
