package lsp

// methods is every method that the server knows. A new one is a file with a
// function for its row, and a line here; what the server announces to the client
// follows. Each says in its file what a user gets from it (see method.doing).
func methods() []method {
	return []method{
		initializeMethod(),
		initializedMethod(),
		setTraceMethod(),
		cancelRequestMethod(),
		shutdownMethod(),
		exitMethod(),

		didOpenMethod(),
		didChangeMethod(),
		didSaveMethod(),
		didCloseMethod(),
		didChangeWatchedFilesMethod(),
		didChangeWorkspaceFoldersMethod(),
		didChangeConfigurationMethod(),

		completionMethod(),
		completionResolveMethod(),
		declarationMethod(),
		definitionMethod(),
		documentHighlightMethod(),
		hoverMethod(),
		implementationMethod(),
		referencesMethod(),
		typeDefinitionMethod(),
		documentDiagnosticMethod(),
		workspaceDiagnosticMethod(),
		codeActionMethod(),
		codeActionResolveMethod(),
		codeLensMethod(),
		codeLensResolveMethod(),
		inlayHintMethod(),
		inlayHintResolveMethod(),
		executeCommandMethod(),
		textDocumentContentMethod(),

		prepareCallHierarchyMethod(),
		incomingCallsMethod(),
		outgoingCallsMethod(),
		documentLinkMethod(),
		documentLinkResolveMethod(),
		documentSymbolMethod(),
		foldingRangeMethod(),
		formattingMethod(),
		rangeFormattingMethod(),
		rangesFormattingMethod(),
		selectionRangeMethod(),
		semanticTokensFullMethod(),
		semanticTokensDeltaMethod(),
		semanticTokensRangeMethod(),
		prepareTypeHierarchyMethod(),
		supertypesMethod(),
		subtypesMethod(),
		workspaceSymbolMethod(),
		workspaceSymbolResolveMethod(),
	}
}
