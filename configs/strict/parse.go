package strict

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// maxNesting bounds the parser's recursion. Our deepest file nests six levels.
const maxNesting = 32

// parse returns the one mapping that a file is, or nil and a fault.
func (d *Document) parse(text []byte) ast.Node {
	if Bytes(len(text)) > d.MaxBytes {
		d.FaultAt(1, 1, "", fmt.Sprintf("the file is larger than %v", d.MaxBytes))
		return nil
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	if line, column, bad := notUTF8(text); bad != "" {
		d.FaultAt(line, column, "", bad+"; save the file as UTF-8, not as GBK or UTF-16")
		return nil
	}
	file, fault := tree(text)
	if fault.Text != "" {
		d.FaultAt(fault.Line, fault.Column, "", fault.Text)
		return nil
	}
	return d.root(file)
}

// tree is goccy's parser behind a fence: it is somebody else's code, and any file may be put before it.
func tree(text []byte) (file *ast.File, fault Fault) {
	defer func() {
		if recover() != nil {
			file, fault = nil, Fault{Line: 1, Column: 1, Text: "the YAML cannot be parsed; simplify it"}
		}
	}()
	tokens := lexer.Tokenize(string(text))
	if deep := tooDeep(tokens); deep != nil {
		line, column := at(deep)
		return nil, Fault{Line: line, Column: column, Text: fmt.Sprintf("more than %d levels of nesting", maxNesting)}
	}
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey()) // ours names both places
	if err == nil {
		return file, Fault{}
	}
	syntax, ok := err.(yaml.Error)
	if !ok {
		return nil, Fault{Line: 1, Column: 1, Text: "YAML: " + err.Error()}
	}
	line, column := at(syntax.GetToken())
	return nil, Fault{Line: line, Column: column, Text: plain(syntax.GetMessage())}
}

// plain says in our words what the parser says about the commonest slip.
func plain(message string) string {
	if strings.Contains(message, "'\t'") {
		return "a tab; YAML is indented with spaces"
	}
	return "YAML: " + message
}

// tooDeep finds the token that nests too far. Levels of plain indentation are bounded by the size of the file.
func tooDeep(tokens token.Tokens) *token.Token {
	flow, dashes, line := 0, 0, 0
	for _, t := range tokens {
		if l, _ := at(t); l != line {
			line, dashes = l, 0
		}
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			flow++
		case token.SequenceEndType, token.MappingEndType:
			flow--
		case token.SequenceEntryType, token.MappingKeyType, token.AnchorType, token.TagType:
			dashes++
		}
		if flow > maxNesting || dashes > maxNesting {
			return t
		}
	}
	return nil
}

// root accepts one document that is a mapping.
func (d *Document) root(file *ast.File) ast.Node {
	var root ast.Node
	for _, doc := range file.Docs {
		line, column := position(doc.Body)
		switch {
		case doc.Body == nil || doc.Body.Type() == ast.NullType:
		case doc.Body.Type() == ast.DirectiveType:
			d.FaultAt(line, column, "", "a YAML directive; leave it out")
			return nil
		case root != nil:
			d.FaultAt(line, column, "", "a second document; a file holds one")
			return nil
		default:
			root = doc.Body
		}
	}
	if root == nil {
		d.FaultAt(1, 1, "", "the file is empty")
	}
	return root
}

// notUTF8 finds the first byte that is no text.
func notUTF8(text []byte) (line, column int, what string) {
	line = 1
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		column++
		switch {
		case r == utf8.RuneError && size == 1:
			return line, column, fmt.Sprintf("byte 0x%02x is not UTF-8", text[0])
		case r == 0:
			return line, column, "a zero byte is not text"
		case r == '\n':
			line, column = line+1, 0
		}
		text = text[size:]
	}
	return 0, 0, ""
}
