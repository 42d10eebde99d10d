package cli

import (
	"github.com/spf13/cobra"

	"github.com/understudy-auth/understudy/app/phone"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/journal"
)

func (p *program) historyCommand() *cobra.Command {
	var f journal.Filter
	var csv bool
	cmd := &cobra.Command{
		Use:   "history",
		Short: "List the requests that were answered here",
		Long: `Lists the requests that were put to you on this computer, newest first, with what
became of them. The history stays on this computer and holds no secrets.`,
		Example: "  understudy history --limit 10\n  understudy history --search transfer\n  understudy history --csv >history.csv",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case f.Limit < 0:
				return usage("--limit is 0 (all) or more")
			case csv && p.json:
				return usage("choose one of --csv and --json")
			}
			files, err := p.files()
			if err != nil {
				return err
			}
			defer files.Close()
			j, err := phone.OpenJournal(files)
			if err != nil {
				return err
			}
			entries, err := j.Entries(cmd.Context(), f)
			if err != nil {
				return err
			}
			switch {
			case csv:
				p.printed = true
				return journal.WriteCSV(p.env.Stdout, entries)
			case p.json:
				return p.printJSON(struct {
					Schema  int             `json:"schema"`
					Entries []journal.Entry `json:"entries"`
				}{schema, append([]journal.Entry{}, entries...)})
			}
			p.sayNoHistory(len(entries), f.Search)
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

func (p *program) sayNoHistory(found int, search string) {
	switch {
	case found > 0:
	case search != "":
		p.say(words.T("No request matches."))
	default:
		p.say(words.T("No requests yet."), words.T("Every request that you answer is listed here, on this computer only."))
	}
}
