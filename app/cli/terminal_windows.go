package cli

const terminalPath = "CONIN$"
