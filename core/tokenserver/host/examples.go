package host

import (
	"embed"
	"fmt"
	"io"
	"strings"

	"github.com/understudy-auth/understudy/core/tokenserver/config"
)

//go:embed examples/*.toml
var examples embed.FS

// ExampleNames lists the configurations that come with the program.
func ExampleNames() []string {
	var names []string
	files, _ := examples.ReadDir("examples") // embedded: it is there
	for _, f := range files {
		names = append(names, strings.TrimSuffix(f.Name(), ".toml"))
	}
	return names
}

// Example is the configuration of this name.
func Example(name string) (config.Config, error) {
	text, err := exampleText(name)
	if err != nil {
		return config.Config{}, err
	}
	return config.Parse(string(text), name)
}

// WriteExample writes it as a file that config.Load takes; "" stands for the one
// that explains every setting.
func WriteExample(w io.Writer, name string) error {
	if name == "" {
		return config.WriteExample(w)
	}
	text, err := exampleText(name)
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}

func exampleText(name string) ([]byte, error) {
	for _, known := range ExampleNames() {
		if known == name {
			return examples.ReadFile("examples/" + name + ".toml")
		}
	}
	return nil, fmt.Errorf("there is no example %q; there is: %s", name, strings.Join(ExampleNames(), ", "))
}
