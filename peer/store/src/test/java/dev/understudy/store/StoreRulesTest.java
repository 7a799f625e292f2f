package dev.understudy.store;

import org.junit.jupiter.api.Test;

/** The rules of the operations; every answer here is one that etcd 3.4 gave, but for its times. */
class StoreRulesTest {
  @Test
  void setMakesReplacesAndTellsWhatWasThere() {
    Script.run(
        """
        set /a 1       => set /a=1 1/1
        set /a 2       => set /a=2 2/2 was /a=1 1/1
        set /a         => set /a= 3/3 was /a=2 2/2
        get /a         => get /a= 3/3
        """);
  }

  @Test
  void setMakesTheDirectoriesOnTheWay() {
    Script.run(
        """
        set /a/b/c 1   => set /a/b/c=1 1/1
        get / recursive => get / 0/0 {/a/ 1/1 {/a/b/ 1/1 {/a/b/c=1 1/1}}}
        get /          => get / 0/0 {/a/ 1/1}
        """);
  }

  @Test
  void setTurnsAFileIntoADirectoryButNeverReplacesADirectory() {
    Script.run(
        """
        set /a 1       => set /a=1 1/1
        set /a dir=true => set /a/ 2/2 was /a=1 1/1
        set /a dir=true => 102 [/a] @2
        set /a x       => 102 [/a] @2
        """);
  }

  @Test
  void aFileOnTheWayIsNotADirectory() {
    Script.run(
        """
        set /f 1          => set /f=1 1/1
        set /f/x/y 1      => 104 [/f] @1
        create /f/x/y 1   => 104 [/f] @1
        inorder /f 1      => 104 [/f] @1
        update /f/x/y 1   => 104 [/f] @1
        cas /f/x 1 prevValue=1 => 104 [/f] @1
        delete /f/x       => 104 [/f] @1
        cad /f/x prevIndex=1 => 104 [/f] @1
        get /f/x          => 104 [/f] @1
        """);
  }

  @Test
  void theFirstMissingSegmentIsTheCause() {
    Script.run(
        """
        set /d dir=true   => set /d/ 1/1
        get /m/n/o        => 100 [/m] @1
        get /d/n/o        => 100 [/d/n] @1
        update /m/n/o 1   => 100 [/m] @1
        delete /d/n       => 100 [/d/n] @1
        cas /d/n 1 prevIndex=1 => 100 [/d/n] @1
        cad /d/n prevIndex=1 => 100 [/d/n] @1
        """);
  }

  @Test
  void createRefusesWhatIsThere() {
    Script.run(
        """
        create /a 1       => create /a=1 1/1
        create /a 2       => 105 [/a] @1
        create /d dir=true => create /d/ 2/2
        create /d 1       => 105 [/d] @2
        """);
  }

  @Test
  void inOrderNamesAreTheIndexInTwentyDigits() {
    Script.run(
        """
        inorder /q job1   => create /q/00000000000000000001=job1 1/1
        inorder /q/ job2  => create /q/00000000000000000002=job2 2/2
        inorder / dir=true => create /00000000000000000003/ 3/3
        set /q/00000000000000000005 x => set /q/00000000000000000005=x 4/4
        inorder /q job5   => 105 [/q/00000000000000000005] @4
        """);
  }

  @Test
  void updateKeepsTheCreatedIndexAndTakesAwayTheTimeToLive() {
    Script.run(
        """
        update /a 1       => 100 [/a] @0
        set /a 1 ttl=500  => set /a=1 1/1!500
        update /a 2       => update /a=2 1/2 was /a=1 1/1!500
        update /a         => update /a= 1/3 was /a=2 1/2
        """);
  }

  @Test
  void updateOfADirectoryChangesItsTimeToLiveOnlyAndItsModifiedIndexOnlyInTheEvent() {
    Script.run(
        """
        set /d dir=true   => set /d/ 1/1
        update /d x       => 102 [/d] @1
        update /d ttl=100 => update /d/ 1/2!100 was /d/ 1/1
        get /d            => get /d/ 1/1!100
        update /d ttl=200 refresh=true => update /d/ 1/3!200 was /d/ 1/1!100 refreshed
        update /d         => update /d/ 1/4 was /d/ 1/1!200
        """);
  }

  @Test
  void compareAndSwapTellsHowTheFileDiffers() {
    Script.run(
        """
        set /a one        => set /a=one 1/1
        cas /a x prevValue=two => 101 [[two != one]] @1
        cas /a x prevIndex=7 => 101 [[7 != 1]] @1
        cas /a x prevIndex=18446744073709551615 => 101 [[18446744073709551615 != 1]] @1
        cas /a x prevValue=two prevIndex=7 => 101 [[two != one] [7 != 1]] @1
        cas /a x prevValue=one prevIndex=7 => 101 [[7 != 1]] @1
        cas /a x prevValue=one prevIndex=1 => compareAndSwap /a=x 1/2 was /a=one 1/1
        cas /a y prevIndex=2 ttl=9 => compareAndSwap /a=y 1/3!9 was /a=x 1/2
        cas /a z prevValue=y => compareAndSwap /a=z 1/4 was /a=y 1/3!9
        """);
  }

  @Test
  void compareAndDeleteDeletesFilesOnly() {
    Script.run(
        """
        set /d/a one      => set /d/a=one 1/1
        cad /d/a prevValue=two => 101 [[two != one]] @1
        cad /d/a prevIndex=5 prevValue=two => 101 [[two != one] [5 != 1]] @1
        cad /d prevIndex=1 => 102 [/d] @1
        cad /d/a prevIndex=1 prevValue=one => compareAndDelete /d/a 1/2 was /d/a=one 1/1
        cad /d/a prevIndex=1 => 100 [/d/a] @2
        """);
  }

  @Test
  void deleteOfADirectoryWantsToBeAskedFor() {
    Script.run(
        """
        set /d/k 1        => set /d/k=1 1/1
        delete /d         => 102 [/d] @1
        delete /d dir=true => 108 [/d] @1
        delete /d recursive=true => delete /d/ 1/2 was /d/ 1/1
        get /d/k          => 100 [/d] @2
        set /e dir=true   => set /e/ 3/3
        delete /e         => 102 [/e] @3
        delete /e dir=true => delete /e/ 3/4 was /e/ 3/3
        set /f 1          => set /f=1 5/5
        delete /f recursive=true dir=true => delete /f 5/6 was /f=1 5/5
        set /h/_x 1       => set /h/_x=1 7/7
        delete /h dir=true => 108 [/h] @7
        """);
  }

  @Test
  void theRootIsReadOnly() {
    Script.run(
        """
        set / 1           => 107 [/] @0
        set / dir=true    => 107 [/] @0
        set / ttl=1 refresh=true => 107 [/] @0
        create / 1        => 107 [/] @0
        update / 1        => 107 [/] @0
        cas / 1 prevIndex=1 => 107 [/] @0
        delete / recursive=true => 107 [/] @0
        cad / prevIndex=1 => 102 [] @0
        get /             => get / 0/0
        """);
  }

  @Test
  void refreshKeepsTheValue() {
    Script.run(
        """
        set /a ttl=100 refresh=true => 100 [/a] @0
        set /a 1 ttl=50   => set /a=1 1/1!50
        set /a ttl=100 refresh=true => set /a=1 2/2!100 was /a=1 1/1!50 refreshed
        update /a ttl=200 refresh=true => update /a=1 2/3!200 was /a=1 2/2!100 refreshed
        cas /a ttl=300 prevIndex=3 refresh=true => compareAndSwap /a=1 2/4!300 was /a=1 2/3!200 refreshed
        set /a dir=true ttl=7 refresh=true => set /a/ 5/5!7 was /a=1 2/4!300 refreshed
        set /a ttl=9 refresh=true => 102 [/a] @5
        """);
  }

  @Test
  void hiddenNodesAreReadByPathAndLeftOutOfListings() {
    Script.run(
        """
        set /d/_h 1       => set /d/_h=1 1/1
        set /d/_e/k 1     => set /d/_e/k=1 2/2
        set /d/seen 1     => set /d/seen=1 3/3
        get /d recursive  => get /d/ 1/1 {/d/seen=1 3/3}
        get /d/_h         => get /d/_h=1 1/1
        get /d/_e         => get /d/_e/ 2/2 {/d/_e/k=1 2/2}
        """);
  }

  @Test
  void listingsAreInTheOrderOfTheBytesOfTheirNames() {
    Script.run(
        """
        set /b 1          => set /b=1 1/1
        set /\uD83D\uDE00 1 => set /\uD83D\uDE00=1 2/2
        set /\uFF5E 1     => set /\uFF5E=1 3/3
        set /B 1          => set /B=1 4/4
        get /             => get / 0/0 {/B=1 4/4, /b=1 1/1, /\uFF5E=1 3/3, /\uD83D\uDE00=1 2/2}
        """);
  }

  @Test
  void whatIsDueExpiresInOrderAndADirectoryTakesItsChildrenAlong() {
    Script.run(
        """
        set /b 1 ttl=100  => set /b=1 1/1!100
        set /a 1 ttl=100  => set /a=1 2/2!100
        set /d dir=true ttl=50 => set /d/ 3/3!50
        set /d/k 1 ttl=60 => set /d/k=1 4/4!60
        set /z 1 ttl=101  => set /z=1 5/5!101
        at 49             => ok
        expire            =>
        at 100            => ok
        get /d/k          => get /d/k=1 4/4!60
        expire            => expire /d/ 3/6 was /d/ 3/3!50; expire /a 2/7 was /a=1 2/2!100; expire /b 1/8 was /b=1 1/1!100
        get /             => get / 0/0 {/z=1 5/5!101}
        """);
  }

  @Test
  void aTimeToLiveCountsFromTheTimeOfTheWriteAndNeverWrapsAround() {
    Script.run(
        """
        at 1000           => ok
        set /a 1 ttl=0    => set /a=1 1/1!1000
        set /b 1 ttl=9223372036854775807 => set /b=1 2/2!9223372036854775806
        expire            => expire /a 1/3 was /a=1 1/1!1000
        """);
  }

  @Test
  void deletedDirectoriesLeaveNothingThatIsDue() {
    Script.run(
        """
        set /d/e/k 1 ttl=10 => set /d/e/k=1 1/1!10
        set /d/l 1 ttl=10 => set /d/l=1 2/2!10
        delete /d recursive=true => delete /d/ 1/3 was /d/ 1/1
        set /d/l 1        => set /d/l=1 4/4
        at 99             => ok
        expire            =>
        get /d/l          => get /d/l=1 4/4
        """);
  }

  @Test
  void pathsAreCleaned() {
    Script.run(
        """
        set d//double///slash/ 1 => set /d/double/slash=1 1/1
        get /d/./double/x/../slash => get /d/double/slash=1 1/1
        get /../d/double  => get /d/double/ 1/1 {/d/double/slash=1 1/1}
        """);
  }
}
