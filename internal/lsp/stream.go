package lsp

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"

	"go.lsp.dev/jsonrpc2"
	"go.uber.org/zap"
)

const (
	maxHeaderLine = 4 << 10 // bytes; longer lines are cut, they are no header
	maxBody       = 1 << 30 // bytes
	keepBuffer    = 1 << 20 // bytes; larger buffers are not kept for the next message
)

// A stream frames messages as LSP's base protocol says: a header with the
// length of the body in bytes, an empty line, the body.
//
// The streams of jsonrpc2 end the connection at the first frame that is not
// well formed. This one answers it with an error and goes on at the next
// header, because an editor that loses its server over one bad message loses
// far more than that message.
type stream struct {
	in     *bufio.Reader
	out    io.Writer
	closer io.Closer // of in, nil if it has none
	log    *zap.Logger

	exited <-chan struct{} // closed: the client said exit, nothing more is read
	silent *atomic.Bool    // set: the client is told nothing more but answers; nil for never
	ended  func()          // called once, when the reading ends

	frame     bytes.Buffer // the body read last; messages borrow from it
	writing   sync.Mutex
	frameOut  []byte
	closeOnce sync.Once
	closeErr  error
}

func newStream(in io.Reader, out io.Writer, log *zap.Logger) *stream {
	s := &stream{in: bufio.NewReaderSize(in, maxHeaderLine), out: out, log: log, ended: func() {}}
	s.closer, _ = in.(io.Closer)
	return s
}

// Read returns the next message that is one. Its params are valid until the
// next Read.
func (s *stream) Read(ctx context.Context) (jsonrpc2.Message, int64, error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, 0, s.end(err)
		}
		select {
		case <-s.exited:
			return nil, 0, s.end(io.EOF)
		default:
		}
		body, err := s.readFrame()
		if err != nil {
			return nil, 0, s.end(err)
		}
		message, err := decodeMessage(body)
		if err == nil {
			return message, int64(len(body)), nil
		}
		s.log.Warn("a message is not JSON-RPC", zap.Int("bytes", len(body)), zap.Error(err))
		s.refuse(body, err)
	}
}

func (s *stream) end(err error) error {
	s.ended()
	return err
}

// readFrame returns the body of the next frame. A header that says no length is
// skipped, and so is everything up to the next header that does.
func (s *stream) readFrame() ([]byte, error) {
	if s.frame.Cap() > keepBuffer {
		s.frame = bytes.Buffer{}
	}
	s.frame.Reset()
	length, err := s.readHeader()
	if err != nil {
		return nil, err
	}
	// Beyond this the buffer grows with what arrives, not with what the header
	// promises.
	s.frame.Grow(min(length, keepBuffer))
	if _, err := io.CopyN(&s.frame, s.in, int64(length)); err != nil {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return nil, err
	}
	return s.frame.Bytes(), nil
}

// readHeader returns the length in bytes of the body that follows.
func (s *stream) readHeader() (int, error) {
	const field = "content-length:"
	length, lost := -1, false
	for first := true; ; first = false {
		line, err := s.readLine()
		if err != nil {
			if err == io.EOF && (!first || line != "") {
				err = io.ErrUnexpectedEOF
			}
			return 0, err
		}
		if line == "" {
			if length >= 0 {
				return length, nil
			}
			lost = true
			continue
		}
		// Where a body was longer than its header said, the next header
		// follows in the line of the rest.
		at := lastIndexFold(line, field)
		if at < 0 {
			lost = lost || !strings.Contains(line, ":")
			continue
		}
		n, err := strconv.Atoi(strings.TrimSpace(line[at+len(field):]))
		if err != nil || n < 0 || n > maxBody {
			lost = true
			continue
		}
		if lost || at > 0 {
			s.log.Warn("skipped bytes that are no message")
			lost = false
		}
		length = n
	}
}

// lastIndexFold is strings.LastIndex for letters of either case. To change the case of a line that
// is not UTF-8 would move what is in it.
func lastIndexFold(line, word string) int {
	for at := len(line) - len(word); at >= 0; at-- {
		if strings.EqualFold(line[at:at+len(word)], word) {
			return at
		}
	}
	return -1
}

// readLine returns the next line without its ending. Of a line that no header
// has the length of, only the end is returned.
func (s *stream) readLine() (string, error) {
	var kept string
	for {
		part, err := s.in.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			kept = string(part[len(part)/2:])
			continue
		}
		line := kept + string(part)
		return strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r"), err
	}
}

// refuse answers a body that is no message, if it looks as if somebody waits for
// an answer.
func (s *stream) refuse(body []byte, err error) {
	envelope, ok := openEnvelope(body)
	if ok && envelope.isResponse() {
		return // an answer to an answer would only puzzle the client
	}
	var id jsonrpc2.ID
	var wire *jsonrpc2.Error
	if !errors.As(err, &wire) {
		wire = jsonrpc2.Errorf(jsonrpc2.InvalidRequest, "%v", err)
	}
	if ok && len(envelope.ID) > 0 && envelope.ID[0] == '"' {
		var text string
		if json.Unmarshal(envelope.ID, &text) == nil {
			id = jsonrpc2.NewStringID(text)
		}
	} else if n, err := strconv.ParseInt(string(envelope.ID), 10, 64); ok && err == nil {
		id = jsonrpc2.NewNumberID(n)
	}
	if _, err := s.Write(context.Background(), jsonrpc2.NewResponse(id, nil, wire)); err != nil {
		s.log.Debug("could not answer", zap.Error(err))
	}
}

// Write sends a message as one frame. It does not look at ctx: a cancelled
// request is answered too.
//
// A client that has an answer to shutdown closes its end, and cannot answer any more: what
// some work beside the stream would still ask or tell it is dropped.
func (s *stream) Write(_ context.Context, message jsonrpc2.Message) (int64, error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	const space = len("Content-Length: \r\n\r\n") + 20 // for the header, before the body
	frame := append(s.frameOut[:0], make([]byte, space)...)
	frame = restoreNumberID(jsonrpc2.AppendMessage(frame, message), space)
	if !utf8.Valid(frame[space:]) { // an id goes back as it came
		frame = append(frame[:space], bytes.ToValidUTF8(frame[space:], []byte("\ufffd"))...)
	}
	if s.silent != nil && s.silent.Load() {
		if envelope, _ := openEnvelope(frame[space:]); !envelope.isResponse() {
			return 0, nil
		}
	}
	header := fmt.Appendf(make([]byte, 0, space), "Content-Length: %d\r\n\r\n", len(frame)-space)
	start := space - len(header)
	copy(frame[start:], header)
	n, err := s.out.Write(frame[start:])
	if s.frameOut = frame; cap(frame) > keepBuffer {
		s.frameOut = nil
	}
	return int64(n), err
}

// Close ends the reading, if the reader can be made to.
func (s *stream) Close() error {
	s.closeOnce.Do(func() {
		if s.closer != nil {
			s.closeErr = s.closer.Close()
		}
	})
	return s.closeErr
}

// An envelope is what is around params in a message, as far as it can be read.
type envelope struct {
	JSONRPC *string         `json:"jsonrpc"`
	ID      json.RawMessage `json:"id"`
	Method  *string         `json:"method"`
	Params  json.RawMessage `json:"params"`
	Result  json.RawMessage `json:"result"`
	Error   json.RawMessage `json:"error"`
}

func openEnvelope(body []byte) (e envelope, ok bool) {
	err := json.Unmarshal(body, &e)
	return e, err == nil
}

func (e envelope) isResponse() bool { return e.Method == nil && (e.Result != nil || e.Error != nil) }

// decodeMessage decodes one message. Its error has a sentence for the client.
func decodeMessage(body []byte) (jsonrpc2.Message, error) {
	message, err := jsonrpc2.DecodeMessage(body)
	if err == nil {
		return message, nil
	}
	trimmed := bytes.TrimSpace(body)
	if !json.Valid(trimmed) {
		return nil, jsonrpc2.NewError(jsonrpc2.ParseError, "the message is not valid JSON")
	}
	if trimmed[0] == '[' {
		return nil, jsonrpc2.NewError(jsonrpc2.InvalidRequest, "LSP has no batches: send one message in each frame")
	}
	e, ok := openEnvelope(trimmed)
	switch {
	case !ok:
		return nil, jsonrpc2.NewError(jsonrpc2.InvalidRequest, "the message is not a JSON-RPC object")
	case e.JSONRPC == nil || *e.JSONRPC != "2.0":
		return nil, jsonrpc2.NewError(jsonrpc2.InvalidRequest, `the message does not say "jsonrpc": "2.0"`)
	case e.Method == nil:
		return nil, jsonrpc2.NewError(jsonrpc2.InvalidRequest, "the message has neither a method nor a result")
	case e.Result != nil || e.Error != nil:
		return nil, jsonrpc2.NewError(jsonrpc2.InvalidRequest, "the message is both a request and an answer")
	case isNumber(e.ID):
		return jsonrpc2.NewCall(jsonrpc2.NewStringID(numberID+string(e.ID)), *e.Method, jsonrpc2.RawMessage(e.Params)), nil
	default:
		return nil, jsonrpc2.NewError(jsonrpc2.InvalidRequest, "the id is neither a number nor a string")
	}
}

// JSON-RPC lets any number be an id, jsonrpc2 only those that an int64 holds.
// The others travel through it as strings with this in front, and become the
// numbers that they were when the answer is written.
const numberID = "\x00number:"

func isNumber(raw json.RawMessage) bool {
	return len(raw) > 0 && (raw[0] == '-' || '0' <= raw[0] && raw[0] <= '9')
}

// restoreNumberID turns the id of the answer that starts at frame[start:] back
// into the number that the client sent.
func restoreNumberID(frame []byte, start int) []byte {
	const before = `{"jsonrpc":"2.0","id":`
	const marked = before + `"\u0000number:`
	if !bytes.HasPrefix(frame[start:], []byte(marked)) {
		return frame
	}
	digits := frame[start+len(marked):]
	end := bytes.IndexByte(digits, '"')
	if end < 0 {
		return frame
	}
	restored := append(frame[:start+len(before)], digits[:end]...)
	return append(restored, digits[end+1:]...)
}
