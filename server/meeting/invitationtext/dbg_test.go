package invitationtext
import ("testing";"fmt")
func TestDbg(t *testing.T){
 s:="rejoignez la visio le mardi 12 mai a 14h30 :"
 d:=daysOn(s,false); fmt.Println(d, clocksOn(s,d))
}
