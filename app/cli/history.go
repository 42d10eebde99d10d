package cli

import (
	"encoding/json"

	"github.com/spf13/cobra"

	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/journal"
)

func (p *program) historyCommand() *cobra.Command {
	var f journal.Filter
	var csv bool
	cmd := &cobra.Command{
		Use:     "history",
		Short:   "List the requests that were answered here",
		Example: "  understudy history --limit 10\n  understudy history --search transfer\n  understudy history --csv >history.csv",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			files, err := p.files()
			if err != nil {
				return err
			}
			defer files.Close()
			j, err := journal.Open(files, "history")
			if err != nil {
				return err
			}
			entries, err := j.Entries(cmd.Context(), f)
			if err != nil {
				return err
			}
			switch {
			case csv:
				return journal.WriteCSV(p.env.Stdout, entries)
			case p.json:
				data, err := json.Marshal(struct {
					Schema  int             `json:"schema"`
					Entries []journal.Entry `json:"entries"`
				}{1, append([]journal.Entry{}, entries...)})
				p.print(string(data))
				return err
			case len(entries) == 0:
				p.say("No requests yet. Every request that you answer is listed here, on this computer only.")
			}
			for _, e := range entries {
				p.print(words.History(e, p.env.Now()))
			}
			return nil
		},
	}
	cmd.Flags().IntVar(&f.Limit, "limit", 0, "how many, newest first (0: all)")
	cmd.Flags().StringVar(&f.Search, "search", "", "only requests that contain this text")
	cmd.Flags().BoolVar(&csv, "csv", false, "print as CSV for a spreadsheet")
	return cmd
}
