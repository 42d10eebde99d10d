package cli_test

import (
	"errors"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"rsc.io/qr"

	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/wire"
)

var update = flag.Bool("update", false, "write the expected outputs of the scripts anew")

// TestScripts runs testdata/script/*.txtar. Beside testscript's own commands
// they have:
//
//	server [no-enrollment|no-override|no-pauses|TYPE]...
//	                        a Token Server; sets $SERVER
//	down, up                take it off the network, bring it back
//	clock DURATION          move the server's clock
//	regcode USER            sets $REGLINK; writes reg.png
//	start MESSAGE [K V]...  a portal starts a request (MESSAGE as Go writes strings);
//	                        sets $OTP, $LINK, $TX; writes login.png
//	state WANT              the last request's state at the server
//	png FILE TEXT...        a picture with a QR code for each text
//	exits CODE ARGS...      runs understudy, which has to end with this code
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       *update,
		Setup: func(env *testscript.Env) error {
			env.Setenv("TEST_VAULT", env.WorkDir+"/vault.json")
			env.Setenv("XDG_DATA_HOME", env.WorkDir+"/data")
			env.Setenv("XDG_CONFIG_HOME", env.WorkDir+"/config")
			env.Setenv("TZ", "UTC")
			env.Setenv("OTHER", wire.EncodeOTP("TRANSACTION0123456789", wire.SecretString("CODE0123456789ABCDEFGHIJ")))
			env.Values[bedKey{}] = &scriptBed{t: env.T().(testing.TB)}
			return os.WriteFile(env.WorkDir+"/pin", []byte("27182\n"), 0o600)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"server": startScriptServer, "down": serverDown, "up": serverUp, "clock": moveClock, "regcode": registrationCode,
			"start": startRequest, "state": checkState, "png": writePNG, "exits": exits,
		},
	})
}

type bedKey struct{}

// scriptBed is the Token Server of one script.
type scriptBed struct {
	t    testing.TB
	bed  *servertest.Bed
	last string // transaction
}

func bedOf(ts *testscript.TestScript) *scriptBed { return ts.Value(bedKey{}).(*scriptBed) }

func startScriptServer(ts *testscript.TestScript, _ bool, args []string) {
	b := bedOf(ts)
	b.bed = servertest.New(b.t, func(c *tokenserver.Config) {
		for _, a := range args {
			switch a {
			case "no-enrollment":
				c.Enrollment.Enabled = false
			case "no-override":
				c.Enrollment.Override = false
			case "no-pauses":
				c.Push.MaxOpen, c.Push.AfterDenial, c.Push.Quiet = wire.MaxPending, 0, 0
			default:
				c.Types = []tokenserver.AuthType{{Name: a, Method: wire.MethodOTP, RequestExpiresIn: 2 * time.Minute}}
			}
		}
	})
	ts.Setenv("SERVER", b.bed.Origin.String())
	ts.Setenv("HOST", b.bed.Origin.Host())
}

func serverDown(ts *testscript.TestScript, _ bool, _ []string) { bedOf(ts).bed.Down(true) }
func serverUp(ts *testscript.TestScript, _ bool, _ []string)   { bedOf(ts).bed.Down(false) }

func moveClock(ts *testscript.TestScript, _ bool, args []string) {
	by, err := time.ParseDuration(args[0])
	ts.Check(err)
	bedOf(ts).bed.Clock.Move(by)
}

func registrationCode(ts *testscript.TestScript, _ bool, args []string) {
	b := bedOf(ts)
	link := wire.RegistrationLink(b.bed.Origin, b.bed.RegistrationCode(args[0]))
	ts.Setenv("REGLINK", link)
	ts.Check(writeCodes(ts.MkAbs("reg.png"), link))
}

func startRequest(ts *testscript.TestScript, _ bool, args []string) {
	b := bedOf(ts)
	message, err := strconv.Unquote(`"` + strings.ReplaceAll(args[0], `"`, `\"`) + `"`)
	ts.Check(err)
	otp, id := b.bed.Start(message, args[1:]...)
	b.last = id
	link := wire.OTPLink(b.bed.Origin, otp)
	ts.Setenv("OTP", otp)
	ts.Setenv("LINK", link)
	ts.Setenv("TX", id)
	ts.Check(writeCodes(ts.MkAbs("login.png"), link))
}

func checkState(ts *testscript.TestScript, _ bool, args []string) {
	b := bedOf(ts)
	if got := b.bed.State(b.last); string(got) != args[0] {
		ts.Fatalf("the request is %s at the server, want %s", got, args[0])
	}
}

func writePNG(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(writeCodes(ts.MkAbs(args[0]), args[1:]...))
}

const module = 4 // pixels of a module of a drawn code

// writeCodes draws QR codes side by side on a white page.
func writeCodes(path string, texts ...string) error {
	page := image.NewGray(image.Rect(0, 0, 100+500*len(texts), 600))
	draw.Draw(page, page.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	for i, text := range texts {
		code, err := qr.Encode(text, qr.M)
		if err != nil {
			return err
		}
		for y := range code.Size {
			for x := range code.Size {
				if code.Black(x, y) {
					at := image.Pt(100+500*i+x*module, 100+y*module)
					draw.Draw(page, image.Rectangle{at, at.Add(image.Pt(module, module))}, image.NewUniform(color.Black), image.Point{}, draw.Src)
				}
			}
		}
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(png.Encode(f, page), f.Close())
}

// exits runs the program. Its output is what stdout and stderr then look at.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	want, err := strconv.Atoi(args[0])
	if neg || err != nil {
		ts.Fatalf("usage: exits CODE ARGS...")
	}
	got := 0
	if err := ts.Exec("understudy", args[1:]...); err != nil {
		ended, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%v", err)
		}
		got = ended.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
	ts.Logf("%s", fmt.Sprint("exit code ", got))
}
