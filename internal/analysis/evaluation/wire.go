package evaluation

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// The worker protocol. A worker first says hello; then each question that it reads from its
// standard input gets one answer on its standard output. Every message is a length of four
// bytes, most significant first, and that many bytes. In a message a number is an unsigned
// varint, and a text is its length in bytes and the bytes.
//
//	hello:    text                   protocol
//	question: flags, imports, expr   number, number and that many texts, text
//	answer:   obstacle, flags, kinds text, number, number; the value if flags say so
//	value:    kind, text, items, fields
//
// where items are their number and that many values, and fields their number and that many
// texts, each with a value behind it.

// protocol is what a worker says first. One of another version of the program says something
// else and is of no use.
const protocol = "opm-lsp worker 1"

const (
	maxMessage = 32 << 20 // bytes
	maxNesting = 10_000   // of values in an answer
)

const (
	flagHolds = 1 << iota
	flagValue
	flagBounded
)

var errMessage = errors.New("not a message of the worker protocol")

// writeMessage writes one message.
func writeMessage(w io.Writer, body []byte) error {
	if len(body) > maxMessage {
		return fmt.Errorf("a message of %d bytes is longer than the %d that are allowed", len(body), maxMessage)
	}
	framed := append(binary.BigEndian.AppendUint32(make([]byte, 0, 4+len(body)), uint32(len(body))), body...)
	_, err := w.Write(framed)
	return err
}

// readMessage reads one message. It returns io.EOF where there is none any more.
func readMessage(r io.Reader) ([]byte, error) {
	var size [4]byte
	if _, err := io.ReadFull(r, size[:]); err != nil {
		return nil, err
	}
	n := binary.BigEndian.Uint32(size[:])
	if n > maxMessage {
		return nil, errMessage
	}
	body, err := io.ReadAll(io.LimitReader(r, int64(n))) // grows with what is really there
	if err == nil && len(body) < int(n) {
		err = io.ErrUnexpectedEOF
	}
	return body, err
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func (q Question) encode() []byte {
	var flags uint64
	if q.Holds {
		flags |= flagHolds
	}
	if q.Bounded {
		flags |= flagBounded
	}
	b := binary.AppendUvarint(nil, flags)
	b = binary.AppendUvarint(b, uint64(len(q.Imports)))
	for _, spec := range q.Imports {
		b = appendText(b, spec)
	}
	return appendText(b, q.Expr)
}

func (a Answer) encode() []byte {
	var flags uint64
	if a.Holds {
		flags |= flagHolds
	}
	if a.Value != nil {
		flags |= flagValue
	}
	b := appendText(nil, string(a.Obstacle))
	b = binary.AppendUvarint(b, flags)
	b = binary.AppendUvarint(b, uint64(a.Kinds))
	if a.Value != nil {
		b = a.Value.append(b)
	}
	return b
}

func (v *Value) append(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(v.Kind))
	b = appendText(b, v.Text)
	b = binary.AppendUvarint(b, uint64(len(v.Items)))
	for _, item := range v.Items {
		b = item.append(b)
	}
	b = binary.AppendUvarint(b, uint64(len(v.Fields)))
	for _, f := range v.Fields {
		b = appendText(b, f.Name)
		b = f.Value.append(b)
	}
	return b
}

// A decoder reads the parts of a message. After the first part that is not there it says so,
// and all further parts are empty.
type decoder struct {
	rest []byte
	err  error
}

func (d *decoder) number() uint64 {
	n, size := binary.Uvarint(d.rest)
	if size <= 0 {
		d.rest, d.err = nil, errMessage
		return 0
	}
	d.rest = d.rest[size:]
	return n
}

// count reads how many parts follow, of which each takes a byte at least.
func (d *decoder) count() int {
	n := d.number()
	if n > uint64(len(d.rest)) {
		d.rest, d.err = nil, errMessage
		return 0
	}
	return int(n)
}

func (d *decoder) text() string {
	n := d.count()
	s := string(d.rest[:n])
	d.rest = d.rest[n:]
	return s
}

// end returns what was wrong with the message.
func (d *decoder) end() error {
	if d.err == nil && len(d.rest) > 0 {
		return errMessage
	}
	return d.err
}

func decodeQuestion(message []byte) (Question, error) {
	d := &decoder{rest: message}
	flags := d.number()
	q := Question{Holds: flags&flagHolds != 0, Bounded: flags&flagBounded != 0}
	for range d.count() {
		q.Imports = append(q.Imports, d.text())
	}
	q.Expr = d.text()
	return q, d.end()
}

func decodeAnswer(message []byte) (Answer, error) {
	d := &decoder{rest: message}
	a := Answer{Obstacle: Obstacle(d.text())}
	flags := d.number()
	a.Holds = flags&flagHolds != 0
	a.Kinds = Kind(d.number())
	if flags&flagValue != 0 {
		a.Value = d.value(0)
	}
	return a, d.end()
}

func (d *decoder) value(depth int) *Value {
	if depth == maxNesting {
		d.rest, d.err = nil, errMessage
	}
	v := &Value{Kind: Kind(d.number()), Text: d.text()}
	for range d.count() {
		if d.err != nil {
			return v
		}
		v.Items = append(v.Items, d.value(depth+1))
	}
	for range d.count() {
		if d.err != nil {
			return v
		}
		v.Fields = append(v.Fields, Field{d.text(), d.value(depth + 1)})
	}
	return v
}
