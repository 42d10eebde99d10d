package cli

import (
	"encoding/json"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/understudy-auth/understudy/app/words"
)

func (p *program) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if p.json {
				data, err := json.Marshal(map[string]any{"schema": 1, "version": p.env.Version, "go": runtime.Version(), "system": runtime.GOOS + "/" + runtime.GOARCH})
				p.print(string(data))
				return err
			}
			p.print(words.T("understudy {version} ({go}, {system})", "version", p.env.Version, "go", runtime.Version(), "system", runtime.GOOS+"/"+runtime.GOARCH))
			return nil
		},
	}
}
