package syntax

// isClause reports whether lexeme i begins something that is no field.
func (m *mender) isClause(lexemes []lexeme, i int) bool {
	switch m.text(lexemes[i]) {
	case "package", "import", "let", "for", "if":
		return startsDeclaration(lexemes, i) && m.colonBehind(lexemes, i) < 0
	}
	return false
}

// clauses mends the head of a file: a package clause with something behind its
// name, and imports behind the first field. It returns the lexemes that are left.
func (m *mender) clauses(lexemes []lexeme) []lexeme {
	var kept []lexeme
	headEnded := false
	for i := 0; i < len(lexemes); i++ {
		l := lexemes[i]
		last := i // of what is to be taken away
		switch {
		case !l.first || l.column != 0:
		case m.is(l, "package") && m.isClause(lexemes, i) && !headEnded:
			kept = append(kept, l)
			if i+1 < len(lexemes) && !lexemes[i+1].first {
				i++
				kept = append(kept, lexemes[i])
			}
			if last = m.restOfLine(lexemes, i); last > i {
				start, end := lexemes[i+1].start, lexemes[last].end
				m.report(start, end, "", "The name of a package is one word without dashes or dots: remove %s.", m.content[start:end])
				m.eraseRange(start, end)
			}
			i = last
			continue
		case m.is(l, "import") && m.isClause(lexemes, i):
			last = m.restOfLine(lexemes, i)
			if i < last && m.is(lexemes[i+1], "(") {
				last = max(last, closerOf(lexemes, i+1))
			}
			if !headEnded {
				kept = append(kept, lexemes[i:last+1]...)
				i = last
				continue
			}
			m.report(l.start, l.end, "", "Imports stand above everything else: move this one up.")
			m.eraseRange(l.start, lexemes[last].end)
			i = last
			continue
		case m.text(l)[0] != '@':
			headEnded = true
		}
		kept = append(kept, l)
	}
	return kept
}

// restOfLine returns the last lexeme on the line of lexeme i.
func (m *mender) restOfLine(lexemes []lexeme, i int) int {
	for i+1 < len(lexemes) && !lexemes[i+1].first {
		i++
	}
	return i
}

// equalsSign looks for a label with "=" where CUE has a colon. X=label: is an
// alias, and let x = a clause.
func (m *mender) equalsSign(lexemes []lexeme, i int) bool {
	if i+1 >= len(lexemes) || !m.is(lexemes[i+1], "=") || !startsDeclaration(lexemes, i) {
		return false
	}
	if l := lexemes[i]; l.kind != lexWord && l.kind != lexString || i > 0 && lexemes[i-1].kind == lexColon {
		return false
	}
	if i+2 < len(lexemes) && !lexemes[i+2].first {
		last := i + 2
		if lexemes[last].kind == lexOpen {
			last = closerOf(lexemes, last)
		}
		if m.colonBehind(lexemes, last) >= 0 {
			return false
		}
	}
	sign := &lexemes[i+1]
	m.report(sign.start, sign.end, ":", "A field has a colon behind its label: write %s: here.", m.text(lexemes[i]))
	m.reaches(InField)
	m.edits = append(m.edits, edit{start: sign.start, end: sign.end, text: ":"})
	sign.kind = lexColon
	return true
}

// strayComma looks for a comma with nothing before it.
func (m *mender) strayComma(lexemes []lexeme, i int) bool {
	if lexemes[i].kind != lexComma || i > 0 && lexemes[i-1].kind != lexComma && lexemes[i-1].kind != lexOpen {
		return false
	}
	m.report(lexemes[i].start, lexemes[i].end, "", "Nothing stands before this comma: remove it.")
	m.reaches(InField)
	m.erase(lexemes[i])
	return true
}

// strayColon looks for a colon behind another one.
func (m *mender) strayColon(lexemes []lexeme, i int) bool {
	if i == 0 || lexemes[i].kind != lexColon || lexemes[i-1].kind != lexColon {
		return false
	}
	m.report(lexemes[i].start, lexemes[i].end, "", "One colon is enough: remove this one.")
	m.reaches(InField)
	m.erase(lexemes[i])
	return true
}

// strayOperand looks for a word, number or string directly behind a complete value
// on one line, and takes away the rest of that line.
func (m *mender) strayOperand(lexemes []lexeme, i int) bool {
	if i == 0 || startsDeclaration(lexemes, i) || !m.isOperand(lexemes[i]) || m.erased(lexemes[i]) {
		return false
	}
	prev := lexemes[i-1]
	if !m.isOperand(prev) && prev.kind != lexClose {
		return false
	}
	first := i
	for !startsDeclaration(lexemes, first) {
		first--
	}
	if first > 0 && lexemes[first-1].kind != lexColon || m.isClause(lexemes, first) {
		return false // only the values of fields are so plain
	}
	last := i
	for last+1 < len(lexemes) && !lexemes[last+1].first && lexemes[last+1].kind != lexComma && lexemes[last+1].kind != lexClose && !m.isLabel(lexemes, last+1) {
		last++
		if lexemes[last].kind == lexOpen {
			last = closerOf(lexemes, last)
		}
	}
	m.report(lexemes[i].start, lexemes[i].end, "", "%s stands behind a value: put an operator, a comma or a new line before it.", m.text(lexemes[i]))
	m.eraseRange(lexemes[i].start, lexemes[last].end)
	return true
}

// isOperand reports whether the lexeme alone may be a value.
func (m *mender) isOperand(l lexeme) bool {
	switch l.kind {
	case lexNumber, lexString:
		return true
	case lexWord:
		switch t := m.text(l); t {
		case "if", "for", "in", "let":
			return false
		default:
			return t[0] != '@'
		}
	}
	return false
}

// erased reports whether an edit takes the lexeme away.
func (m *mender) erased(l lexeme) bool {
	for i := len(m.edits) - 1; i >= 0; i-- {
		if e := m.edits[i]; e.start <= l.start && e.end >= l.end && e.start < e.end {
			return true
		}
	}
	return false
}
