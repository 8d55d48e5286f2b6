package meeting
import ("testing";"os";"fmt";"encoding/json")
func TestAdhoc(t *testing.T){
 for _,f:=range os.Args[len(os.Args)-0:]{_ = f}
 if p:=os.Getenv("ADHOC");p!=""{ b,_:=os.ReadFile(p); r,err:=Parse(string(b),corpusNow,""); j,_:=json.MarshalIndent(r,""," "); fmt.Println(string(j),err)}
}
