// kstatus reads objects as JSON, one a line, and prints what kstatus says of each: a line of JSON with the verdict and the message of
// Kubernetes' own library, and the verdict of Flux's copy of it, which Flux and Helm use.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	flux "github.com/fluxcd/cli-utils/pkg/kstatus/status"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/cli-utils/pkg/kstatus/status"
)

type verdict struct {
	Status  string `json:"status"`
	Message string `json:"message"`
	Flux    string `json:"flux"`
}

func judge(line []byte) (verdict, error) {
	var object unstructured.Unstructured
	if err := object.UnmarshalJSON(line); err != nil {
		return verdict{}, err
	}
	own, err := status.Compute(&object)
	if err != nil {
		return verdict{}, err
	}
	theirs, err := flux.Compute(&object)
	if err != nil {
		return verdict{}, err
	}
	return verdict{Status: own.Status.String(), Message: own.Message, Flux: theirs.Status.String()}, nil
}

func run() error {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 4<<20) // an object is larger than a scanner expects of a line
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		found, err := judge(lines.Bytes())
		if err != nil {
			return err
		}
		if err := out.Encode(found); err != nil {
			return err
		}
	}
	return lines.Err()
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "kstatus:", err)
		os.Exit(1)
	}
}
