package lsp

import (
	"encoding/json"
	"errors"
	"strconv"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
)

func cancelRequestMethod() method {
	return method{name: protocol.MethodCancelRequest, notified: (*server).cancelRequest}.
		doing("every request can be cancelled: it is answered at once, and a search through the workspace ends")
}

// cancelRequest ends a request. One that is not there was answered already.
func (s *server) cancelRequest(raw jsonrpc2.RawMessage) error {
	// Not protocol.CancelParams, whose number ids end at an int32.
	var params struct {
		ID json.RawMessage `json:"id"`
	}
	if err := json.Unmarshal(raw, &params); err != nil {
		return errors.New("the params have no id")
	}
	id, err := decodeID(params.ID)
	if err != nil {
		return err
	}
	s.cancels.cancel(id)
	return nil
}

// decodeID decodes an id in the form in which the stream hands it on.
func decodeID(raw json.RawMessage) (jsonrpc2.ID, error) {
	if n, err := strconv.ParseInt(string(raw), 10, 64); err == nil {
		return jsonrpc2.NewNumberID(n), nil
	}
	if isNumber(raw) {
		return jsonrpc2.NewStringID(numberID + string(raw)), nil
	}
	var text *string
	if err := json.Unmarshal(raw, &text); err != nil || text == nil {
		return jsonrpc2.ID{}, errors.New("the id is neither a number nor a string")
	}
	return jsonrpc2.NewStringID(*text), nil
}
