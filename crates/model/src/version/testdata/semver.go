// Answers pairs of module versions on standard input with golang.org/x/mod/semver.
package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"golang.org/x/mod/semver"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		left, right, _ := strings.Cut(lines.Text(), "\t")
		if !semver.IsValid(left) || !semver.IsValid(right) {
			fmt.Println("!")
			continue
		}
		fmt.Println(string("<=>"[1+semver.Compare(left, right)]))
	}
}
