package cli

import (
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/understudy-auth/understudy/app/words"
)

// versionInfo is what version --json prints.
type versionInfo struct {
	Schema  int    `json:"schema"`
	Version string `json:"version"`
	Commit  string `json:"commit,omitempty"` // empty where the build does not know it
	Go      string `json:"go"`
	System  string `json:"system"`
}

func (p *program) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version",
		Long:    "Prints the program's version, the commit it was built from, and the Go version and system\nit was built for.",
		Example: "  understudy version\n  understudy version --json",
		Args:    noArguments,
		RunE: func(*cobra.Command, []string) error {
			v := versionInfo{schema, p.env.Version, commit(), runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH}
			if p.json {
				return p.printJSON(v)
			}
			p.print(words.T("understudy {version}, {go}, {system}", "version", v.Version, "go", v.Go, "system", v.System))
			if v.Commit != "" {
				p.print(words.T("Commit: {commit}.", "commit", v.Commit))
			}
			return nil
		},
	}
}

func commit() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value
		}
	}
	return ""
}
