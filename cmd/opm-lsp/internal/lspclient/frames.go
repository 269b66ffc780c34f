package lspclient

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strconv"
)

// header is all that a server should write before a body. The protocol allows more,
// and clients exist that do not.
var header = regexp.MustCompile(`^Content-Length: ([1-9][0-9]*)\r\n$`)

// copyFrames copies what a server writes until it ends, and returns an error if that
// is anything else than a sequence of messages: a stray line on standard output makes
// editors give up, where the reader of jsonrpc2 would skip it.
//
// each is called with every body.
func copyFrames(to io.Writer, from io.Reader, each func(body json.RawMessage)) error {
	in := bufio.NewReader(from)
	for n := 1; ; n++ {
		line, err := in.ReadString('\n')
		if err == io.EOF && line == "" {
			return nil
		}
		length := header.FindStringSubmatch(line)
		if length == nil {
			return fmt.Errorf("message %d begins with %q instead of its header", n, line)
		}
		size, err := strconv.Atoi(length[1])
		if err != nil {
			return fmt.Errorf("message %d is %s bytes long", n, length[1])
		}
		frame := make([]byte, 2+size)
		if _, err := io.ReadFull(in, frame); err != nil {
			return fmt.Errorf("message %d ends early: %v", n, err)
		}
		var body struct {
			JSONRPC string `json:"jsonrpc"`
		}
		if err := json.Unmarshal(frame[2:], &body); err != nil || body.JSONRPC != "2.0" || string(frame[:2]) != "\r\n" {
			return fmt.Errorf("message %d is not JSON-RPC: %q", n, frame)
		}
		each(frame[2:])
		// Nobody reads any more when the test is over; the frames are looked at
		// all the same.
		_, _ = to.Write(append([]byte(line), frame...))
	}
}
